// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.quantflux.avro.TensorState;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Selector;
import io.quantflux.streaming.config.MetricsConfig;
import io.quantflux.streaming.view.CalibrationListener;
import io.quantflux.streaming.view.FoldedTensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The newest figures of single tensors: of those that configuration names, and of the few with the lowest SQNR.
 *
 * <p>The loop only notes each tensor's newest state; what is shown is chosen and computed when somebody scrapes. A tensor
 * that leaves this instance takes its series with it.
 */
final class TensorMetrics implements CalibrationListener, MultiCollector {
    private static final Comparator<TensorFigures> LOWEST_SQNR_FIRST =
            Comparator.comparingDouble(TensorFigures::sqnrDecibels).thenComparing(TensorFigures::id);

    private final MetricsConfig config;
    private final Map<TensorId, TensorFigures> tensors = new ConcurrentHashMap<>();

    TensorMetrics(MetricsConfig config) {
        this.config = config;
    }

    @Override
    public void folded(FoldedTensor tensor) {
        int partition = tensor.update().source().partition();
        tensors.put(
                tensor.id(),
                new TensorFigures(
                        tensor.id(), partition, tensor.state(), tensor.update().statistics()));
    }

    @Override
    public void changed(TensorId id, int partition, TensorState now) {
        tensors.compute(id, (key, was) -> new TensorFigures(id, partition, now, was == null ? null : was.statistics()));
    }

    @Override
    public void restored(int partition, Map<TensorId, TensorState> restored) {
        restored.forEach((id, state) -> tensors.put(id, new TensorFigures(id, partition, state, null)));
    }

    @Override
    public void released(int partition) {
        tensors.values().removeIf(tensor -> tensor.partition() == partition);
    }

    @Override
    public MetricSnapshots collect() {
        List<TensorFigures> named = new ArrayList<>();
        List<TensorFigures> others = new ArrayList<>();
        for (TensorFigures tensor : tensors.values()) {
            (isNamed(tensor.id()) ? named : others).add(tensor);
        }
        named.sort(Comparator.comparing(TensorFigures::id));
        others.removeIf(tensor -> Double.isNaN(tensor.sqnrDecibels()));
        others.sort(LOWEST_SQNR_FIRST);
        List<TensorFigures> shown = new ArrayList<>(named.subList(0, Math.min(named.size(), config.maxTensors())));
        int dropped = named.size() - shown.size();
        int room = Math.min(config.topTensors(), config.maxTensors() - shown.size());
        shown.addAll(others.subList(0, Math.min(others.size(), room)));
        return TensorSeries.of(shown, dropped);
    }

    private boolean isNamed(TensorId id) {
        for (Selector selector : config.tensors()) {
            if (selector.matches(id)) {
                return true;
            }
        }
        return false;
    }
}
