// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.metrics;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.IntArray;
import io.quantflux.spec.NumericArray;
import io.quantflux.spec.Switches;
import io.quantflux.spec.TensorStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gauges of single tensors; what is not known yet has no series, rather than a 0. */
final class TensorSeries {
    private static final String PREFIX = "quantflux_tensor_";

    private final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();

    private TensorSeries() {}

    static MetricSnapshots of(List<TensorFigures> tensors, int dropped) {
        TensorSeries series = new TensorSeries();
        tensors.forEach(series::add);
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        series.gauges.values().forEach(gauge -> all.metricSnapshot(gauge.build()));
        all.metricSnapshot(GaugeSnapshot.builder()
                .name("quantflux_tensors_dropped_from_metrics")
                .help("Tensors that metrics.tensors names and metrics.tensors.max leaves out")
                .dataPoint(GaugeDataPointSnapshot.builder().value(dropped).build())
                .build());
        return all.build();
    }

    private void add(TensorFigures tensor) {
        CalibrationState state = tensor.state().calibration();
        String id = tensor.id().value();
        if (tensor.state().lastStep() >= 0) {
            put(
                    "step",
                    "Training step of the newest record",
                    (double) tensor.state().lastStep(),
                    "tensor",
                    id);
        }
        put("observations", "Records that have updated the qparams", (double) state.observations(), "tensor", id);
        extremes(
                "scale",
                "Quantization step, smallest and largest over the blocks",
                id,
                state.floats(CalibrationState.SCALE));
        extremes(
                "zero_point",
                "Zero point, smallest and largest",
                id,
                state.arrays().get(CalibrationState.ZERO_POINT));
        FloatArray low = state.floats(CalibrationState.RUNNING_MIN);
        FloatArray high = state.floats(CalibrationState.RUNNING_MAX);
        if (low != null && high != null) {
            put("running_min", "Lower end of the running range over all blocks", least(low), "tensor", id);
            put("running_max", "Upper end of the running range over all blocks", greatest(high), "tensor", id);
        }
        switches(id, state.switches());
        TensorStatistics measured = tensor.statistics();
        if (measured != null) {
            put(
                    "sqnr_decibels",
                    "Signal to quantization noise of the newest record",
                    tensor.sqnrDecibels(),
                    "tensor",
                    id);
            put("clipped_ratio", "Clipped share of the newest record", tensor.share(measured.clipped()), "tensor", id);
            double underflowed = tensor.share(measured.underflowed());
            put("underflowed_ratio", "Share of the newest record that became zero", underflowed, "tensor", id);
            double nonFinite = tensor.share(measured.nonFinite().total());
            put("nonfinite_ratio", "Share of the newest record that is no finite number", nonFinite, "tensor", id);
        }
    }

    private void switches(String id, Switches now) {
        String help = "1 where the switch is on";
        put("switch", help, now.observer() ? 1 : 0, "tensor", id, "switch", "observer");
        put("switch", help, now.fakeQuant() ? 1 : 0, "tensor", id, "switch", "fake_quant");
        put("switch", help, now.exportMode() ? 1 : 0, "tensor", id, "switch", "export_mode");
        put("switch", help, now.disabled() ? 1 : 0, "tensor", id, "switch", "disabled");
    }

    private void extremes(String name, String help, String id, @Nullable NumericArray array) {
        if (array != null && array.size() > 0) {
            put(name, help, least(array), "tensor", id, "stat", "min");
            put(name, help, greatest(array), "tensor", id, "stat", "max");
        }
    }

    private void put(String name, String help, double value, String... labels) {
        if (!Double.isNaN(value)) {
            gauges.computeIfAbsent(
                            name,
                            first -> GaugeSnapshot.builder().name(PREFIX + name).help(help))
                    .dataPoint(GaugeDataPointSnapshot.builder()
                            .labels(Labels.of(labels))
                            .value(value)
                            .build());
        }
    }

    private static double least(NumericArray array) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < array.size(); i++) {
            least = Math.min(least, value(array, i));
        }
        return least;
    }

    private static double greatest(NumericArray array) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < array.size(); i++) {
            greatest = Math.max(greatest, value(array, i));
        }
        return greatest;
    }

    private static double value(NumericArray array, int index) {
        return array instanceof FloatArray floats ? floats.get(index) : ((IntArray) array).get(index);
    }
}
