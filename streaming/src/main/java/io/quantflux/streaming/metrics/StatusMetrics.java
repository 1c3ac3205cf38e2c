// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.quantflux.streaming.kafka.StreamStatus;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The stream at a glance, as series: what {@code /api/status} says too. */
final class StatusMetrics implements MultiCollector {
    private final Supplier<StreamStatus> status;

    StatusMetrics(Supplier<StreamStatus> status) {
        this.status = status;
    }

    void bindTo(MeterRegistry registry) {
        gauge(registry, "quantflux.ready", "1 while /readyz says ready", now -> now.ready() ? 1 : 0);
        gauge(registry, "quantflux.partitions", "Partitions that are assigned and flow", StreamStatus::partitions);
        gauge(registry, "quantflux.tensors", "Tensors these partitions hold", StreamStatus::tensors);
        Gauge.builder("quantflux.inflight", status, now -> now.get().inflightBytes())
                .description("Records taken from Kafka and not yet handed to the producer")
                .baseUnit("bytes")
                .register(registry);
        gauge(
                registry,
                "quantflux.control.epoch",
                "Next offset of the control topic that is not yet read",
                StreamStatus::controlOffset);
        counter(registry, "quantflux.commits", "Transactions that have committed", StreamStatus::commits);
        counter(
                registry,
                "quantflux.restarts",
                "Times the Kafka clients were opened again after a failure",
                StreamStatus::restarts);
    }

    private void gauge(MeterRegistry registry, String name, String help, ToDoubleFunction<StreamStatus> value) {
        Gauge.builder(name, status, now -> value.applyAsDouble(now.get()))
                .description(help)
                .register(registry);
    }

    private void counter(MeterRegistry registry, String name, String help, ToDoubleFunction<StreamStatus> value) {
        FunctionCounter.builder(name, status, now -> value.applyAsDouble(now.get()))
                .description(help)
                .register(registry);
    }

    /** The lag, of the partitions that are here now. */
    @Override
    public MetricSnapshots collect() {
        GaugeSnapshot.Builder lag =
                GaugeSnapshot.builder().name("quantflux_lag_records").help("Records that wait to be folded");
        status.get()
                .lag()
                .forEach((partition, records) -> lag.dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(Labels.of("partition", partition.toString()))
                        .value(records)
                        .build()));
        return MetricSnapshots.of(lag.build());
    }
}
