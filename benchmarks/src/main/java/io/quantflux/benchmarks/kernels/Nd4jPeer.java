// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.kernels;

import io.quantflux.spec.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The same with ND4J's own operations, in place where it can; its rounding takes ties away from zero, and so is not ours. */
final class Nd4jPeer implements Contender {
    private final INDArray x;
    private final INDArray y;

    Nd4jPeer(Tensor tensor) {
        float[] values = new float[tensor.elements()];
        tensor.data().asFloatBuffer().get(values);
        x = Nd4j.createFromArray(values);
        y = Nd4j.createUninitialized(x.dataType(), x.shape());
    }

    @Override
    public String provider() {
        return "nd4j";
    }

    @Override
    public double seconds(int times) {
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            float least = x.minNumber().floatValue();
            float greatest = x.maxNumber().floatValue();
            float scale = Math.max(-least, greatest) / 127.5f;
            x.divi(scale, y);
            Transforms.round(y, false);
            Transforms.max(y, -128, false);
            Transforms.min(y, 127, false);
            y.muli(scale);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    @Override
    public void close() {
        x.close();
        y.close();
    }
}
