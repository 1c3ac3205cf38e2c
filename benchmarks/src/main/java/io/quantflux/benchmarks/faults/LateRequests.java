// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.time.Duration;

/** Which requests a {@link Proxy} holds back: they arrive, in order on their connection, but long after they were sent. */
final class LateRequests {
    /** {@code ApiKeys.END_TXN}: the one that commits or aborts a transaction. */
    static final short END_TXN = 26;

    private String clientIdPrefix = "";
    private short apiKey;
    private Duration delay = Duration.ZERO;
    private int held;
    private int delivered;

    /** The next request of that kind, of any client whose id begins so, comes that much later. */
    synchronized void holdNext(String clientIdPrefix, short apiKey, Duration delay) {
        this.clientIdPrefix = clientIdPrefix;
        this.apiKey = apiKey;
        this.delay = delay;
    }

    /** Requests held back so far. */
    synchronized int held() {
        return held;
    }

    /** Of these, those that have gone on to the broker. */
    synchronized int delivered() {
        return delivered;
    }

    /** Called with each request before it goes on; blocks for as long as it is to be held. Says whether it was. */
    boolean hold(String clientId, short requestKey) {
        Duration wait;
        synchronized (this) {
            if (clientIdPrefix.isEmpty() || requestKey != apiKey || !clientId.startsWith(clientIdPrefix)) {
                return false;
            }
            clientIdPrefix = "";
            wait = delay;
            held++;
        }
        Fleet.pause(wait.toMillis());
        return true;
    }

    synchronized void gone() {
        delivered++;
    }
}
