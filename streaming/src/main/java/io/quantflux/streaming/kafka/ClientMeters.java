// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.utils.ThreadUtils;
import org.apache.kafka.common.utils.Utils;

/**
 * Kafka's own metrics of a session's clients, for as long as the session lives. Clients that live for a moment, to check
 * topics or to restore, have none.
 */
final class ClientMeters implements AutoCloseable {
    private static final Duration REFRESH = Duration.ofSeconds(10); // metrics of a topic appear with its first record

    private static final Duration LATER = Duration.ofSeconds(2);
    private static final long PATIENCE_SECONDS = 2;

    private final ScheduledExecutorService refresher;
    private final List<KafkaClientMetrics> meters;

    ClientMeters(
            MeterRegistry registry,
            Consumer<?, ?> member,
            Consumer<?, ?> control,
            List<? extends Producer<?, ?>> outputs) {
        refresher = Executors.newSingleThreadScheduledExecutor(
                ThreadUtils.createThreadFactory("quantflux-client-meters", true));
        meters = new ArrayList<>();
        meters.add(new KafkaClientMetrics(member, Tags.of("client", "activations"), refresher, REFRESH));
        meters.add(new KafkaClientMetrics(control, Tags.of("client", "control"), refresher, REFRESH));
        for (Producer<?, ?> producer : outputs) {
            meters.add(new KafkaClientMetrics(producer, Tags.of("client", "outputs"), refresher, REFRESH));
        }
        // hundreds of meters, aside and later: the member that they are of has yet to join
        var unused = refresher.schedule(
                () -> meters.forEach(meter -> meter.bindTo(registry)), LATER.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What it still bound after the meters are closed would stay. */
    private void awaitRefresher() {
        try {
            var unused = refresher.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        refresher.shutdownNow();
        awaitRefresher();
        meters.forEach(meter -> Utils.closeQuietly(meter, "client metrics"));
    }
}
