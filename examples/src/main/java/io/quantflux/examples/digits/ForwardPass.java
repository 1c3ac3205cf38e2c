// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** One run of a batch through the network, keeping what its backward run needs. */
final class ForwardPass {

    private final DigitsNetwork network;
    private final Scratch scratch;
    private final ActivationHook hook;

    private final INDArray columns;
    private final INDArray conv1;
    private final INDArray fc1Input;
    private final INDArray fc1;
    private final INDArray fc2Input;
    private final INDArray logits;

    ForwardPass(DigitsNetwork network, Scratch scratch, INDArray images, ActivationHook hook) {
        this.network = network;
        this.scratch = scratch;
        this.hook = hook;
        long n = images.size(0);
        this.columns = Conv3x3.columns(scratch, tap(DigitsNetwork.INPUT, images));
        this.conv1 = relu(network.conv1.forward(scratch, columns, n, images.size(2), images.size(3)));
        INDArray features = tap(DigitsNetwork.CONV1_RELU, conv1);
        this.fc1Input = scratch.own(features.reshape('c', n, features.length() / n));
        this.fc1 = relu(network.fc1.forward(scratch, fc1Input));
        this.fc2Input = tap(DigitsNetwork.FC1_RELU, fc1);
        this.logits = tap(DigitsNetwork.LOGITS, network.fc2.forward(scratch, fc2Input));
    }

    /** [N, 10], as the hook returned them. */
    INDArray logits() {
        return logits;
    }

    /** Sets every parameter's gradient from the loss's gradient with respect to {@link #logits()}. */
    void backward(INDArray lossGradient) {
        INDArray atLogits = untap(DigitsNetwork.LOGITS, lossGradient);
        INDArray atFc1 = untap(DigitsNetwork.FC1_RELU, network.fc2.backward(scratch, fc2Input, atLogits));
        INDArray atFeatures = network.fc1.backward(scratch, fc1Input, reluGradient(fc1, atFc1));
        INDArray atConv1 = untap(DigitsNetwork.CONV1_RELU, atFeatures.reshape('c', conv1.shape()));
        network.conv1.backward(scratch, columns, reluGradient(conv1, atConv1));
    }

    private INDArray relu(INDArray z) {
        return scratch.own(Transforms.relu(z, true));
    }

    /** The sign of a ReLU's output is its derivative: 1 where the input was positive, else 0. */
    private INDArray reluGradient(INDArray output, INDArray gradient) {
        return scratch.own(Transforms.sign(output, true)).muli(gradient);
    }

    private INDArray tap(String layer, INDArray activation) {
        return adopt("activation", layer, activation, hook.onActivation(layer, activation));
    }

    private INDArray untap(String layer, INDArray gradient) {
        return adopt("gradient", layer, gradient, hook.onGradient(layer, gradient));
    }

    private INDArray adopt(String what, String layer, INDArray given, INDArray returned) {
        if (returned == given) {
            return given;
        }
        scratch.own(returned);
        if (returned.dataType() != given.dataType() || !Arrays.equals(returned.shape(), given.shape())) {
            throw new IllegalArgumentException("hook returned " + describe(returned) + " as the " + what + " of layer '"
                    + layer + "', expected " + describe(given));
        }
        return returned;
    }

    private static String describe(INDArray array) {
        return array.dataType() + " " + Arrays.toString(array.shape());
    }
}
