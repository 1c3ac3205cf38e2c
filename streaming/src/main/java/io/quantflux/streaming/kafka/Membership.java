// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether this instance has its share of the partitions.
 *
 * <p>A member begins with none, while others let go of theirs. If it still has none after a while there are more instances
 * than partitions: then it stands by, which is a way of being ready.
 */
final class Membership {
    private static final Duration SETTLING = Duration.ofSeconds(10);

    private boolean joined;
    private long emptySinceNanos;

    /** An assignment has come or gone. */
    void assigned(boolean none, long nowNanos) {
        if (!joined || !none) {
            emptySinceNanos = nowNanos;
        }
        joined = true;
    }

    /** Why it is not ready, as far as the assignment goes. */
    Optional<String> missing(boolean none, long nowNanos) {
        if (!joined) {
            return Optional.of("waiting for an assignment");
        }
        return none && nowNanos - emptySinceNanos < SETTLING.toNanos()
                ? Optional.of("waiting for a share of the partitions")
                : Optional.empty();
    }
}
