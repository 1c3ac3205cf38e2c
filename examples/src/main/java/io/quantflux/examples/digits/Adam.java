// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.factory.Nd4j;

/** The Adam optimizer (Kingma and Ba, 2015) over one flat array of parameters, with the paper's decay rates. */
final class Adam implements AutoCloseable {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final Parameters parameters;
    private final double learningRate;
    private final INDArray mean;
    private final INDArray variance;
    private int steps;

    Adam(Parameters parameters, double learningRate) {
        this.parameters = parameters;
        this.learningRate = learningRate;
        this.mean = parameters.values().ulike();
        this.variance = parameters.values().ulike();
        mean.assign(0);
        variance.assign(0);
    }

    /** Moves the parameters against their gradients, which it overwrites with the move. */
    void step() {
        INDArray gradients = parameters.gradients();
        Nd4j.exec(new AdamUpdater(gradients, variance, mean, learningRate, BETA1, BETA2, EPSILON, steps++));
        parameters.values().subi(gradients);
    }

    @Override
    public void close() {
        mean.close();
        variance.close();
    }
}
