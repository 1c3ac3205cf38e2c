// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.time.Duration;

/** Whether the loop still turns: while it waits for a broker in the midst of a commit its last status says nothing. */
final class LoopWatch {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private volatile long turnedNanos = System.nanoTime();

    void turned() {
        turnedNanos = System.nanoTime();
    }

    /** Since its last turn. */
    Duration still() {
        return Duration.ofNanos(System.nanoTime() - turnedNanos);
    }

    /** {@code status}, or one that is not ready if the loop has stood still since. */
    StreamStatus judge(StreamStatus status) {
        return judge(status, still());
    }

    static StreamStatus judge(StreamStatus status, Duration still) {
        if (still.compareTo(PATIENCE) < 0) {
            return status;
        }
        return status.notReady("the loop has waited for the brokers for " + still.toSeconds() + " s");
    }
}
