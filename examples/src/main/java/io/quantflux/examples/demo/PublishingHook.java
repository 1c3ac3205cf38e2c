// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.demo;

import io.quantflux.client.ActivationPublisher;
import io.quantflux.examples.digits.ActivationHook;
import io.quantflux.spec.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Publishes every activation as it is before fake quantization, then lets {@code next} have it. */
final class PublishingHook implements ActivationHook {
    private final ActivationPublisher publisher;
    private final long step;
    private final ActivationHook next;

    PublishingHook(ActivationPublisher publisher, long step, ActivationHook next) {
        this.publisher = publisher;
        this.step = step;
        this.next = next;
    }

    @Override
    public INDArray onActivation(String layer, INDArray activation) {
        int[] dims = new int[activation.rank()];
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = (int) activation.size(axis);
        }
        publisher.publish(layer, step, Shape.of(dims), activation.data().asFloat());
        return next.onActivation(layer, activation);
    }

    @Override
    public INDArray onGradient(String layer, INDArray gradient) {
        return next.onGradient(layer, gradient);
    }
}
