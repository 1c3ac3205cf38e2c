// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;

/** Records of each open partition that are committed and not yet folded, looked up once a second. */
final class Lag {
    private static final long EVERY = Duration.ofSeconds(1).toNanos();

    private final Consumer<?, ?> consumer;
    private Map<Integer, Long> lags = Map.of();
    private long lookedNanos = System.nanoTime() - EVERY;

    Lag(Consumer<?, ?> consumer) {
        this.consumer = consumer;
    }

    Map<Integer, Long> of(Collection<Lane> lanes) {
        if (System.nanoTime() - lookedNanos >= EVERY) {
            lookedNanos = System.nanoTime();
            Map<Integer, Long> now = new TreeMap<>();
            for (Lane lane : lanes) {
                consumer.currentLag(lane.partition())
                        .ifPresent(ahead -> now.put(lane.partition().partition(), ahead + inFlight(lane)));
            }
            lags = Map.copyOf(now);
        }
        return lags;
    }

    private long inFlight(Lane lane) {
        return lane.isIdle() ? 0 : Math.max(0, consumer.position(lane.partition()) - lane.nextOffset());
    }
}
