// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.quantflux.streaming.config.MetricsConfig;
import io.quantflux.streaming.kafka.StreamStatus;
import io.quantflux.streaming.view.CalibrationListener;
import java.util.List;
import java.util.function.Supplier;
import reactor.core.observability.micrometer.Micrometer;
import reactor.core.scheduler.Scheduler;

/** All metrics of one processor, in one registry, until it is closed. */
public final class ProcessorMetrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmMeters jvm = new JvmMeters();
    private final List<CalibrationListener> listeners;

    public ProcessorMetrics(MetricsConfig config, Supplier<StreamStatus> status) {
        TensorMetrics tensors = new TensorMetrics(config);
        listeners = List.of(new StreamMetrics(registry), tensors);
        StatusMetrics statusMetrics = new StatusMetrics(status);
        statusMetrics.bindTo(registry);
        registry.getPrometheusRegistry().register(statusMetrics);
        registry.getPrometheusRegistry().register(tensors);
        Gauge.builder("quantflux.build.info", () -> 1)
                .description("Which build this is")
                .tags("version", version(), "java", Runtime.version().toString())
                .register(registry);
    }

    private static String version() {
        String version = ProcessorMetrics.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** What has to be told of the stream. */
    public List<CalibrationListener> listeners() {
        return listeners;
    }

    /** For meters of others: Kafka's clients. */
    public MeterRegistry registry() {
        return registry;
    }

    /** The scheduler, its tasks counted and timed. */
    public Scheduler timed(Scheduler scheduler, String name) {
        return Micrometer.timedScheduler(scheduler, registry, "reactor", Tags.of("scheduler", name));
    }

    /** The Prometheus text format, 0.0.4. Takes longer the more tensors there are: not for an event loop. */
    public String scrape() {
        jvm.bindOnce(registry);
        return registry.scrape();
    }

    @Override
    public void close() {
        jvm.close();
        registry.close();
    }
}
