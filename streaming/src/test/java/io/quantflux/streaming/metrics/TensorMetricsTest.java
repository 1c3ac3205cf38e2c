// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.quantflux.avro.FakeQuantized;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.avro.SourcePosition;
import io.quantflux.avro.TensorState;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Switches;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.TensorStatistics;
import io.quantflux.spec.control.Selector;
import io.quantflux.streaming.config.MetricsConfig;
import io.quantflux.streaming.view.FoldedTensor;
import io.quantflux.streaming.view.StageTimes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TensorMetricsTest {
    @Test
    void theTensorsWithTheLowestSqnrAreShown() {
        TensorMetrics metrics = new TensorMetrics(new MetricsConfig(List.of(), 2, 100));
        metrics.folded(tensor("run/fine", 0, 1e-6));
        metrics.folded(tensor("run/bad", 0, 1e-1));
        metrics.folded(tensor("run/worse", 1, 1));
        metrics.folded(tensor("run/exact", 1, 0)); // its ratio is no number
        assertThat(tensors(metrics, "quantflux_tensor_sqnr_decibels"))
                .containsExactlyInAnyOrder("run/worse", "run/bad");
        assertThat(dropped(metrics)).isZero();
    }

    @Test
    void namedTensorsComeFirstAndWhatTheCapLeavesOutIsCounted() {
        TensorMetrics metrics = new TensorMetrics(new MetricsConfig(List.of(Selector.of("run/a*")), 5, 2));
        for (String id : List.of("run/a3", "run/a1", "run/a2", "run/b")) {
            metrics.folded(tensor(id, 0, 1));
        }
        assertThat(tensors(metrics, "quantflux_tensor_step")).containsExactly("run/a1", "run/a2");
        assertThat(dropped(metrics)).isEqualTo(1);
    }

    @Test
    void aReleasedPartitionTakesItsSeriesAlong() {
        TensorMetrics metrics = new TensorMetrics(new MetricsConfig(List.of(Selector.ALL), 0, 10));
        metrics.folded(tensor("run/x", 0, 1));
        metrics.folded(tensor("run/y", 1, 1));
        metrics.released(0);
        assertThat(tensors(metrics, "quantflux_tensor_step")).containsExactly("run/y");
        metrics.released(1);
        assertThat(metrics.collect().stream().map(m -> m.getMetadata().getName()))
                .containsExactly("quantflux_tensors_dropped_from_metrics");
    }

    @Test
    void aRestoredTensorShowsWhatIsKnownAndNoMore() {
        TensorMetrics metrics = new TensorMetrics(new MetricsConfig(List.of(Selector.ALL), 0, 10));
        metrics.restored(0, Map.of(new TensorId("run/x"), state()));
        assertThat(tensors(metrics, "quantflux_tensor_step")).containsExactly("run/x");
        assertThat(tensors(metrics, "quantflux_tensor_sqnr_decibels")).isEmpty();
        assertThat(tensors(metrics, "quantflux_tensor_scale")).isEmpty();
    }

    private static List<String> tensors(TensorMetrics metrics, String name) {
        return metrics.collect().stream()
                .filter(metric -> metric.getMetadata().getName().equals(name))
                .flatMap(metric -> metric.getDataPoints().stream())
                .map(DataPointSnapshot::getLabels)
                .map(labels -> labels.get("tensor"))
                .toList();
    }

    private static double dropped(TensorMetrics metrics) {
        MetricSnapshot dropped = metrics.collect().stream()
                .filter(metric -> metric.getMetadata().getName().equals("quantflux_tensors_dropped_from_metrics"))
                .findFirst()
                .orElseThrow();
        return ((GaugeDataPointSnapshot) dropped.getDataPoints().get(0)).getValue();
    }

    /** @param noise Σ(x−x')², of a signal of 10 */
    private static FoldedTensor tensor(String id, int partition, double noise) {
        TensorStatistics statistics =
                new TensorStatistics(100, -1, 1, 10, noise, 1, 2, TensorStatistics.NonFinite.NONE);
        SourcePosition at = new SourcePosition(partition, 7);
        QParamsUpdate update = new QParamsUpdate(
                QuantizationSpec.DEFAULT,
                QuantizationTarget.ACTIVATION,
                Switches.INITIAL,
                3,
                1,
                1,
                null,
                null,
                null,
                statistics,
                at);
        FakeQuantized output = new FakeQuantized(3, Tensor.of(Shape.of(1), 1), 1, "observed", at);
        return new FoldedTensor(
                new TensorId(id), ByteBuffer.allocate(0), 10, update, output, state(), new StageTimes(1, 1, 1));
    }

    private static TensorState state() {
        CalibrationState fresh = CalibrationState.initial(QuantizationSpec.DEFAULT, QuantizationTarget.ACTIVATION);
        return new TensorState(fresh, 7, 3, 1, null, TensorState.Session.NONE, List.of());
    }
}
