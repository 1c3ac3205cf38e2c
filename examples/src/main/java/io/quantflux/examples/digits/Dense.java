// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import io.quantflux.examples.digits.Parameters.Parameter;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A fully connected layer: [N, inputs] to [N, outputs]. */
final class Dense {

    private final Parameter weights;
    private final Parameter bias;

    Dense(Parameters parameters, long inputs, long outputs, Random random) {
        this.weights = parameters.allot(inputs, outputs);
        this.bias = parameters.allot(1, outputs);
        weights.initialize(random, inputs);
    }

    static long parameterCount(long inputs, long outputs) {
        return (inputs + 1) * outputs;
    }

    INDArray forward(Scratch scratch, INDArray x) {
        INDArray z = scratch.like(x, x.size(0), weights.value().size(1));
        return MatrixProduct.ab(x, weights.value(), z).addi(bias.value());
    }

    /** Sets the gradients of weights and bias, and returns the one of {@code x}. */
    INDArray backward(Scratch scratch, INDArray x, INDArray gradient) {
        MatrixProduct.aTb(x, gradient, weights.gradient());
        gradient.sum(bias.gradient(), true, 0);
        return MatrixProduct.abT(gradient, weights.value(), scratch.like(x, x.shape()));
    }
}
