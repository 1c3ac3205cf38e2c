// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A place where a fault test may end this JVM as a crash would: {@code -Dquantflux.failpoint=after-offsets:17} halts it the
 * 17th time it gets there. Without the property, which is read once, passing one costs nothing.
 */
enum Failpoint {
    /** Outputs of a record have been handed to the producer; the transaction is open. */
    MID_TRANSACTION,
    /** All records of the transaction have been handed to the producer; its offsets have not. */
    AFTER_PRODUCE,
    /** Records and offsets are with the broker; the transaction is undecided. */
    AFTER_OFFSETS,
    /** The transaction is committed; the loop does not know it yet. */
    AFTER_COMMIT,
    /** Shards are read back; their partitions do not flow yet. */
    AFTER_RESTORE;

    private static final String PROPERTY = "quantflux.failpoint";
    private static final int KILLED = 137;
    private static final @Nullable Arming ARMED = Arming.of(System.getProperty(PROPERTY));

    /** Which, and at which passage. */
    record Arming(Failpoint point, long passage, AtomicLong passed) {

        /** @throws IllegalArgumentException if it is no {@code POINT:PASSAGE} */
        static @Nullable Arming of(@Nullable String value) {
            if (value == null) {
                return null;
            }
            int colon = value.indexOf(':');
            for (Failpoint point : values()) {
                if (colon > 0
                        && point.key().equals(value.substring(0, colon))
                        && value.substring(colon + 1).matches("[1-9][0-9]{0,17}")) {
                    return new Arming(point, Long.parseLong(value.substring(colon + 1)), new AtomicLong());
                }
            }
            throw new IllegalArgumentException(
                    PROPERTY + " was '" + value + "' but must be POINT:PASSAGE, POINT one of "
                            + Arrays.stream(values()).map(Failpoint::key).toList() + ", PASSAGE from 1");
        }

        boolean isReachedAt(Failpoint here) {
            return here == point && passed.incrementAndGet() == passage;
        }
    }

    /** As the property spells it. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    void pass() {
        if (ARMED != null && ARMED.isReachedAt(this)) {
            Runtime.getRuntime().halt(KILLED);
        }
    }
}
