// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.config.BreakerSettings;
import java.util.BitSet;

/**
 * Watches the share of dead letters among the newest records of one partition, and opens when it is too high.
 *
 * <p>Closed, it looks at a whole window; open, it waits for the pause to pass; after that a tenth of a window decides
 * whether it closes or opens again, for twice as long.
 */
final class PoisonBreaker {
    private static final int MAX_DOUBLINGS = 4;

    private final BreakerSettings settings;
    private final BitSet bad;
    private int window;
    private int seen;
    private boolean open;
    private int failedProbes;
    private long openedNanos;

    PoisonBreaker(BreakerSettings settings) {
        this.settings = settings;
        window = settings.window();
        bad = new BitSet(window);
    }

    /** Notes whether a record became a dead letter; returns whether that opens it. */
    boolean record(boolean dead, long nowNanos) {
        bad.set(seen % window, dead);
        seen++;
        boolean probing = window < settings.window();
        if (seen < window || settings.share() == 0) {
            return false;
        }
        if (bad.cardinality() >= settings.share() * window) {
            open = true;
            openedNanos = nowNanos;
            failedProbes = probing ? Math.min(failedProbes + 1, MAX_DOUBLINGS) : 0;
            return true;
        }
        if (probing) {
            restart(settings.window());
        }
        return false;
    }

    boolean isOpen() {
        return open;
    }

    /** Nanoseconds until it may be tried again; not above 0 if it may. */
    long remainingNanos(long nowNanos) {
        return openedNanos + (settings.pause().toNanos() << failedProbes) - nowNanos;
    }

    /** Lets a tenth of a window through. */
    void probe() {
        open = false;
        restart(Math.max(1, settings.window() / 10));
    }

    private void restart(int records) {
        window = records;
        seen = 0;
        bad.clear();
    }
}
