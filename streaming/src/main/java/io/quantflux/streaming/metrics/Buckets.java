// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Bounds of a latency histogram: 1, 2.5 and 5 of every decade, so that few series cover five of them. */
final class Buckets {
    private static final long[] STEPS = {10, 25, 50};

    private Buckets() {}

    static Duration[] between(Duration shortest, Duration longest) {
        List<Duration> bounds = new ArrayList<>();
        for (long decade = shortest.toNanos() / 10; ; decade *= 10) {
            for (long step : STEPS) {
                Duration bound = Duration.ofNanos(decade * step);
                if (bound.compareTo(longest) > 0) {
                    return bounds.toArray(Duration[]::new);
                }
                bounds.add(bound);
            }
        }
    }
}
