// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** In double, on a small network, so that central differences are exact enough to leave no room for a wrong term. */
class GradientTest {

    private static final double H = 1e-6;

    private final Batch batch = DigitsDataset.load(3, 5).nextBatch();
    private final INDArray images = batch.images().castTo(DataType.DOUBLE);
    private final DigitsNetwork network = new DigitsNetwork(2, 6, DataType.DOUBLE, 3);

    GradientTest() {
        // a zero bias puts every blank corner of an image on ReLU's kink, where there is no slope to compare with
        network.parameters().values().addi(0.03);
    }

    @Test
    void everyParametersGradientIsTheSlopeOfTheLoss() {
        double[] analytic = gradients(ActivationHook.NONE);
        assertThat(analytic).hasSize(20 + 6 * 129 + 10 * 7);
        INDArray values = network.parameters().values();
        for (int i = 0; i < analytic.length; i++) {
            double value = values.getDouble(i);
            values.putScalar(i, value + H);
            double above = loss();
            values.putScalar(i, value - H);
            double below = loss();
            values.putScalar(i, value);
            assertThat(analytic[i]).as("parameter %d", i).isCloseTo((above - below) / (2 * H), within(1e-7));
        }
        // dead units pass zero for zero; a check that compared little else would prove nothing
        assertThat(Arrays.stream(analytic).filter(slope -> slope != 0).count()).isGreaterThan(analytic.length / 2);
    }

    @Test
    void aHooksGradientTakesThePlaceOfItsLayersOwn() {
        double[] plain = gradients(ActivationHook.NONE);
        double[] cut = gradients(new StopAt(DigitsNetwork.FC1_RELU));
        int fc2 = plain.length - 70;
        for (int i = 0; i < plain.length; i++) {
            assertThat(cut[i]).as("parameter %d", i).isEqualTo(i < fc2 ? 0 : plain[i]);
        }
    }

    private double[] gradients(ActivationHook hook) {
        try (Scratch scratch = new Scratch()) {
            ForwardPass pass = network.forward(scratch, images, hook);
            SoftmaxCrossEntropy result = SoftmaxCrossEntropy.of(pass.logits(), batch);
            pass.backward(result.gradient(scratch, pass.logits()));
            return network.parameters().gradients().toDoubleVector();
        }
    }

    private double loss() {
        try (Scratch scratch = new Scratch()) {
            INDArray logits =
                    network.forward(scratch, images, ActivationHook.NONE).logits();
            return SoftmaxCrossEntropy.of(logits, batch).loss();
        }
    }

    /** Lets no gradient through one layer. */
    private record StopAt(String stopped) implements ActivationHook {

        @Override
        public INDArray onActivation(String layer, INDArray activation) {
            return activation;
        }

        @Override
        public INDArray onGradient(String layer, INDArray gradient) {
            return layer.equals(stopped) ? gradient.mul(0) : gradient;
        }
    }
}
