// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.kernels;

import io.quantflux.engine.kernel.InstalledKernels;
import io.quantflux.engine.kernel.Parallelism;
import io.quantflux.spec.Tensor;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The per-tensor workload and its peers under JMH: a JVM for each, one after the other. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(java.util.concurrent.TimeUnit.MICROSECONDS)
@NullUnmarked // JMH sets the fields up
public class KernelsJmh {
    /** Size of the tensor. */
    @Param({"65536", "1048576", "16777216", "67108864"})
    public int bytes;

    private byte[] from;
    private byte[] to;
    private Ours plain;
    private Ours statistics;
    private OnnxPeer onnx;
    private Nd4jPeer nd4j;
    private @Nullable TorchPeer torch;
    private @Nullable Contender torchContender;

    /** For JMH. */
    public KernelsJmh() {}

    /** Makes the tensor and all who work on it. */
    @Setup
    public void setUp() throws Exception {
        Workload workload = Workload.perTensor(bytes);
        Tensor x = workload.tensor();
        from = x.data().array();
        to = new byte[from.length];
        plain = new Ours(workload, x, InstalledKernels.get(), Parallelism.NONE, false, false);
        statistics = new Ours(workload, x, InstalledKernels.get(), Parallelism.NONE, true, false);
        onnx = new OnnxPeer(workload, x);
        nd4j = new Nd4jPeer(x);
        torch = TorchPeer.start();
        torchContender = torch == null ? null : torch.contender(workload);
    }

    /** Lets go of native memory and of torch's process. */
    @TearDown
    public void tearDown() throws Exception {
        onnx.close();
        nd4j.close();
        if (torch != null) {
            torch.close();
        }
    }

    /** What all is compared with. */
    @Benchmark
    public byte[] copy() {
        System.arraycopy(from, 0, to, 0, to.length);
        return to;
    }

    /** Ours. */
    @Benchmark
    public void observeQdq() {
        plain.run();
    }

    /** Ours, with Σ(x−x')² and what underflowed. */
    @Benchmark
    public void observeQdqStatistics() {
        statistics.run();
    }

    /** ONNX Runtime. */
    @Benchmark
    public double onnxruntime() throws Exception {
        return onnx.seconds(1);
    }

    /** ND4J. */
    @Benchmark
    public double nd4j() {
        return nd4j.seconds(1);
    }

    /** torch, in its own process; the question to it costs some 20 µs. */
    @Benchmark
    public double torch() throws Exception {
        if (torchContender == null) {
            throw new IllegalStateException("without torch");
        }
        return torchContender.seconds(1);
    }
}
