// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import java.util.List;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A convolution, ReLU, a hidden dense layer, ReLU and a dense layer to ten logits, over [N, 1, 8, 8] images. */
final class DigitsNetwork implements AutoCloseable {

    static final String INPUT = "input";
    static final String CONV1_RELU = "conv1.relu";
    static final String FC1_RELU = "fc1.relu";
    static final String LOGITS = "logits";
    static final List<String> LAYERS = List.of(INPUT, CONV1_RELU, FC1_RELU, LOGITS);

    final Conv3x3 conv1;
    final Dense fc1;
    final Dense fc2;
    private final Parameters parameters;

    /** The demo's size: 8 channels, 64 hidden units, 33,562 parameters in float32. */
    DigitsNetwork(long seed) {
        this(8, 64, DataType.FLOAT, seed);
    }

    DigitsNetwork(long channels, long hidden, DataType type, long seed) {
        Random random = new Random(seed);
        long features = channels * DigitsFile.PIXELS;
        this.parameters = new Parameters(
                type,
                Conv3x3.parameterCount(channels)
                        + Dense.parameterCount(features, hidden)
                        + Dense.parameterCount(hidden, DigitsFile.CLASSES));
        this.conv1 = new Conv3x3(parameters, channels, random);
        this.fc1 = new Dense(parameters, features, hidden, random);
        this.fc2 = new Dense(parameters, hidden, DigitsFile.CLASSES, random);
    }

    /** Runs the images through; the arrays of the pass belong to {@code scratch}. */
    ForwardPass forward(Scratch scratch, INDArray images, ActivationHook hook) {
        return new ForwardPass(this, scratch, images, hook);
    }

    Parameters parameters() {
        return parameters;
    }

    @Override
    public void close() {
        parameters.close();
    }
}
