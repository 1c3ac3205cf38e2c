// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.kernels;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;

/**
 * ONNX Runtime on one thread, input and output tensors bound to memory outside the heap: observes and quantizes a whole
 * tensor; along channels it knows only given scales, and does no observing.
 */
final class OnnxPeer implements Contender {
    private final OrtSession session;
    private final OnnxTensor x;
    private final OnnxTensor y;

    OnnxPeer(Workload workload, Tensor tensor) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Shape shape = workload.shape();
        byte[] model = workload.perTensor() ? OnnxModel.dynamic(shape) : OnnxModel.perChannel(shape, 0.0237f);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(
                    OrtSession.SessionOptions.OptLevel.NO_OPT); // else the pair is taken out as void
            session = environment.createSession(model, options);
        }
        long[] dims = new long[shape.rank()];
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = shape.dim(axis);
        }
        FloatBuffer input = direct(tensor).put(tensor.data().asFloatBuffer()).flip();
        x = OnnxTensor.createTensor(environment, input, dims);
        y = OnnxTensor.createTensor(environment, direct(tensor), dims);
    }

    private static FloatBuffer direct(Tensor tensor) {
        return ByteBuffer.allocateDirect(tensor.data().remaining())
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    @Override
    public String provider() {
        return "onnxruntime";
    }

    @Override
    public double seconds(int times) throws OrtException {
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            session.run(Map.of("x", x), Set.of(), Map.of("y", y)).close();
        }
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() throws OrtException {
        x.close();
        y.close();
        session.close();
    }
}
