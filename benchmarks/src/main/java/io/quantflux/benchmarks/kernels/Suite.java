// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.kernels;

import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.engine.kernel.InstalledKernels;
import io.quantflux.engine.kernel.Kernels;
import io.quantflux.engine.kernel.LoopKernels;
import io.quantflux.engine.kernel.Parallelism;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorStatistics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Measures workloads, each with all who can do it in turn. */
final class Suite {
    private static final int TASKS = 8;
    private final Interleaved interleaved;
    private final @Nullable TorchPeer torch;
    private final boolean peers;

    Suite(Interleaved interleaved, @Nullable TorchPeer torch, boolean peers) {
        this.interleaved = interleaved;
        this.torch = torch;
        this.peers = peers;
    }

    /** A contender and what its row says. */
    private record Entry(String name, Contender contender, int threads, boolean statistics) {}

    List<Row> measure(Workload workload) throws Exception {
        Tensor x = workload.tensor();
        List<Entry> entries = ours(workload, x);
        if (peers) {
            entries.addAll(peers(workload, x));
        }
        try {
            return rows(workload, entries);
        } finally {
            for (Entry entry : entries) {
                entry.contender().close();
            }
        }
    }

    private List<Entry> ours(Workload workload, Tensor x) {
        Kernels kernels = InstalledKernels.get();
        Kernels loops = new LoopKernels();
        String name = workload.name();
        List<Entry> entries = new ArrayList<>();
        byte[] from = x.data().array();
        byte[] to = new byte[from.length];
        entries.add(new Entry(
                "copy", Contender.of("arraycopy", () -> System.arraycopy(from, 0, to, 0, to.length)), 1, false));
        Parallelism alone = Parallelism.NONE;
        entries.add(entry(name, kernels, new Ours(workload, x, kernels, alone, false, false), 1, false));
        entries.add(entry(name + "_statistics", kernels, new Ours(workload, x, kernels, alone, true, false), 1, true));
        entries.add(entry(
                name + "_statistics_clipping", kernels, new Ours(workload, x, kernels, alone, true, true), 1, true));
        if (!loops.name().equals(kernels.name())) {
            entries.add(entry(name + "_loops", loops, new Ours(workload, x, loops, alone, false, false), 1, false));
        }
        if (x.elements() >= 2 * Parallelism.TASK && Runtime.getRuntime().availableProcessors() > 1) {
            Ours shared = new Ours(workload, x, kernels, Parallelism.commonPool(TASKS), false, false);
            entries.add(entry(
                    name + "_threads", kernels, shared, Runtime.getRuntime().availableProcessors(), false));
        }
        if (workload.perTensor() && workload.int8OfFloat32()) {
            entries.add(new Entry("operator_step_per_tensor", Contender.of(kernels.name(), step(x)), 1, true));
        }
        return entries;
    }

    private static Entry entry(String name, Kernels kernels, Ours ours, int threads, boolean statistics) {
        return new Entry(name, Contender.of(kernels.name(), ours::run), threads, statistics);
    }

    /** A whole step of a moving average whose range a few elements exceed, with a new output each time. */
    private static Contender.Work step(Tensor x) {
        CalibrationOperator operator = new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE);
        CalibrationState fresh = operator.start(QuantizationSpec.DEFAULT, QuantizationTarget.ACTIVATION);
        TensorStatistics seen = operator.step(fresh, x).statistics();
        Tensor narrower = Tensor.of(Shape.of(2), 0.9f * seen.min(), 0.9f * seen.max());
        CalibrationState state = operator.step(fresh, narrower).state();
        ByteBuffer[] last = new ByteBuffer[1];
        return () -> last[0] = operator.step(state, x).output().data();
    }

    private List<Entry> peers(Workload workload, Tensor x) throws Exception {
        List<Entry> entries = new ArrayList<>();
        boolean comparable = workload.int8OfFloat32() && (workload.perTensor() || workload.perChannel());
        if (!comparable) {
            return entries;
        }
        entries.add(new Entry("peer_onnxruntime", new OnnxPeer(workload, x), 1, false));
        if (torch != null) {
            entries.add(new Entry("peer_torch", torch.contender(workload), 1, false));
        }
        if (workload.perTensor()) {
            entries.add(new Entry("peer_nd4j", new Nd4jPeer(x), 1, false));
        }
        return entries;
    }

    private List<Row> rows(Workload workload, List<Entry> entries) throws Exception {
        Interleaved.Times times =
                interleaved.measure(entries.stream().map(Entry::contender).toList());
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            boolean peer = entry.name().startsWith("peer_");
            rows.add(new Row(
                    entry.name(),
                    entry.contender().provider(),
                    workload.bytes(),
                    entry.threads(),
                    entry.statistics(),
                    times.median(i),
                    times.ratio(i, 0),
                    peer ? null : ratio(times, entries, i, "peer_onnxruntime"),
                    peer ? null : ratio(times, entries, i, "peer_torch"),
                    peer ? null : ratio(times, entries, i, "peer_nd4j"),
                    peer ? null : ratio(times, entries, i, workload.name()),
                    "torch".equals(entry.contender().provider()) ? -1 : times.allocated()[i]));
        }
        return rows;
    }

    private static @Nullable Double ratio(Interleaved.Times times, List<Entry> entries, int of, String name) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).name().equals(name)) {
                return times.ratio(i, of);
            }
        }
        return null;
    }
}
