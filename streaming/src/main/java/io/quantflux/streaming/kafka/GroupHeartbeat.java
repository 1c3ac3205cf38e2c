// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;

/**
 * Whether the group's coordinator is still there: an idle consumer has nothing else to notice by that its broker is away.
 *
 * <p>The consumer sends a heartbeat every few seconds while it has a coordinator that answers, and stops without one.
 */
final class GroupHeartbeat {
    private static final double SILENCE_SECONDS = 10;
    private static final String METRIC = "last-heartbeat-seconds-ago";

    private final Consumer<?, ?> consumer;
    private @Nullable Metric lastHeartbeat;

    GroupHeartbeat(Consumer<?, ?> consumer) {
        this.consumer = consumer;
    }

    /** Why the group is out of reach; empty while heartbeats go out. */
    Optional<String> silence() {
        if (lastHeartbeat == null) {
            lastHeartbeat = find(consumer.metrics());
        }
        if (lastHeartbeat != null
                && lastHeartbeat.metricValue() instanceof Number seconds
                && seconds.doubleValue() > SILENCE_SECONDS) {
            return Optional.of("no contact with the group's broker for " + seconds.longValue() + " s");
        }
        return Optional.empty();
    }

    private static @Nullable Metric find(Map<MetricName, ? extends Metric> metrics) {
        for (Map.Entry<MetricName, ? extends Metric> metric : metrics.entrySet()) {
            if (metric.getKey().name().equals(METRIC)) {
                return metric.getValue();
            }
        }
        return null;
    }
}
