// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * So many lines of a kind within a while, and a count of the rest: a topic full of bad records must not become a log full
 * of lines. Confined to one thread.
 */
final class LogBudget {
    private final int lines;
    private final Duration window;
    private final LongSupplier nanoTime;
    private final Map<String, Long> used = new HashMap<>();
    private long began;

    LogBudget(int lines, Duration window, LongSupplier nanoTime) {
        this.lines = lines;
        this.window = window;
        this.nanoTime = nanoTime;
        began = nanoTime.getAsLong();
    }

    /** Whether one more line of that kind may be written. */
    boolean allows(String kind) {
        return used.merge(kind, 1L, Long::sum) <= lines;
    }

    /** Once the while is over, says of which kinds how many lines were left out, and begins anew. */
    void settle(BiConsumer<String, Long> leftOut) {
        if (nanoTime.getAsLong() - began < window.toNanos()) {
            return;
        }
        began = nanoTime.getAsLong();
        used.forEach((kind, count) -> {
            if (count > lines) {
                leftOut.accept(kind, count - lines);
            }
        });
        used.clear();
    }
}
