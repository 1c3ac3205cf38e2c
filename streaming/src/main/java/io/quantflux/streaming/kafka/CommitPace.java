// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.time.Duration;

/**
 * How many bytes a transaction may take, so that a slow broker still commits it well within its timeout.
 *
 * <p>Begins small and grows up to the configured limit while commits are quick, to what an eighth of the timeout is enough
 * for; one that took longer than a quarter of it brings it down in proportion. Without it a broker that takes a tenth of
 * what the processor makes would let every transaction time out, for ever.
 */
final class CommitPace {
    private static final int FIRST = 8;

    private final long most;
    private final long patienceNanos;
    private long limit;

    /**
     * @param most bytes, the configured limit
     * @param timeout of a transaction
     */
    CommitPace(long most, Duration timeout) {
        this.most = most;
        patienceNanos = timeout.toNanos() / 4;
        limit = Math.max(1, most / FIRST);
    }

    /** Bytes after which a transaction is to commit. */
    long limit() {
        return limit;
    }

    /** Takes note of a transaction of {@code bytes} that was open for {@code nanos}, its commit included. */
    void committed(long bytes, long nanos) {
        if (nanos > patienceNanos) {
            limit = Math.max(1, Math.min(limit, (long) ((double) bytes * patienceNanos / nanos)));
        } else if (nanos < patienceNanos / 2 && bytes >= limit) {
            limit = Math.min(most, Math.max(limit * 2, (long) ((double) bytes * patienceNanos / 2 / nanos)));
        }
    }
}
