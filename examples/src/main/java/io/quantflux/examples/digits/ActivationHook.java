// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sees, and may replace, the activation of each named layer ({@link DigitsTrainer#LAYERS}) during a forward pass.
 *
 * <p>Called on the training thread, in layer order. The arrays given are float32, dense and in row-major order, and are
 * freed when the step ends: copy what must live longer, and change none of them in place.
 */
@FunctionalInterface
public interface ActivationHook {

    /** Changes nothing. */
    ActivationHook NONE = (layer, activation) -> activation;

    /**
     * The activation to go on with: the same array, or another one of the same shape and data type. Another array must
     * be a fresh one; the network frees it when the step ends.
     */
    INDArray onActivation(String layer, INDArray activation);

    /**
     * The gradient with respect to the activation, from the one with respect to what {@link #onActivation} returned: the
     * same array (the default), or a fresh one such as a straight-through mask gives. Called in reverse layer order, for
     * every layer but {@code input}, below which nothing learns.
     */
    default INDArray onGradient(String layer, INDArray gradient) {
        return gradient;
    }
}
