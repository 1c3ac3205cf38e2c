// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.kernels;

import io.quantflux.engine.kernel.InstalledKernels;
import io.quantflux.engine.kernel.Parallelism;
import io.quantflux.spec.Tensor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The per-tensor workload and its peers under JMH: a JVM for each, one after the other, which sets up nobody else. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@NullUnmarked // JMH sets the fields up
public class KernelsJmh {
    /** For JMH. */
    public KernelsJmh() {}

    /** The tensor. */
    @State(Scope.Benchmark)
    public static class Input {
        /** Its size. */
        @Param({"65536", "1048576", "16777216", "67108864"})
        public int bytes;

        private Workload workload;
        private Tensor x;

        /** For JMH. */
        public Input() {}

        /** Makes the tensor. */
        @Setup
        public void setUp() {
            workload = Workload.perTensor(bytes);
            x = workload.tensor();
        }

        private Ours ours(boolean measured) {
            return new Ours(workload, x, InstalledKernels.get(), Parallelism.NONE, measured, false);
        }
    }

    /** A copy. */
    @State(Scope.Benchmark)
    public static class Copy {
        private byte[] from;
        private byte[] to;

        /** For JMH. */
        public Copy() {}

        /** Makes room. */
        @Setup
        public void setUp(Input input) {
            from = input.x.data().array();
            to = new byte[from.length];
        }
    }

    /** Ours. */
    @State(Scope.Benchmark)
    public static class Engine {
        private Ours plain;
        private Ours statistics;

        /** For JMH. */
        public Engine() {}

        /** Makes both ways. */
        @Setup
        public void setUp(Input input) {
            plain = input.ours(false);
            statistics = input.ours(true);
        }
    }

    /** ONNX Runtime. */
    @State(Scope.Benchmark)
    public static class Onnx {
        private OnnxPeer peer;

        /** For JMH. */
        public Onnx() {}

        /** Loads its library and a model. */
        @Setup
        public void setUp(Input input) throws Exception {
            peer = new OnnxPeer(input.workload, input.x);
        }

        /** Frees native memory. */
        @TearDown
        public void tearDown() throws Exception {
            peer.close();
        }
    }

    /** ND4J. */
    @State(Scope.Benchmark)
    public static class Nd4j {
        private Nd4jPeer peer;

        /** For JMH. */
        public Nd4j() {}

        /** Loads its library. */
        @Setup
        public void setUp(Input input) {
            peer = new Nd4jPeer(input.x);
        }

        /** Frees native memory. */
        @TearDown
        public void tearDown() {
            peer.close();
        }
    }

    /** torch in a process of its own. */
    @State(Scope.Benchmark)
    public static class Torch {
        private TorchPeer peer;
        private Contender contender;

        /** For JMH. */
        public Torch() {}

        /** Starts Python. */
        @Setup
        public void setUp(Input input) throws Exception {
            TorchPeer started = TorchPeer.start();
            if (started == null) {
                throw new IllegalStateException("without torch");
            }
            peer = started;
            contender = started.contender(input.workload);
        }

        /** Ends Python. */
        @TearDown
        public void tearDown() throws Exception {
            peer.close();
        }
    }

    /** What all are compared with. */
    @Benchmark
    public byte[] copy(Copy state) {
        System.arraycopy(state.from, 0, state.to, 0, state.to.length);
        return state.to;
    }

    /** Observes, quantizes and dequantizes. */
    @Benchmark
    public void observeQdq(Engine state) {
        state.plain.run();
    }

    /** The same with Σ(x−x')² and what underflowed. */
    @Benchmark
    public void observeQdqStatistics(Engine state) {
        state.statistics.run();
    }

    /** Dynamic quantize and dequantize. */
    @Benchmark
    public double onnxruntime(Onnx state) throws Exception {
        return state.peer.seconds(1);
    }

    /** ND4J's own operations. */
    @Benchmark
    public double nd4j(Nd4j state) {
        return state.peer.seconds(1);
    }

    /** Fused observer and fake-quantize; the question to its process costs some 20 µs. */
    @Benchmark
    public double torch(Torch state) throws Exception {
        return state.contender.seconds(1);
    }
}
