// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One tensor of one training step, as a trainer publishes it.
 *
 * @param step training step, at least 0, the same for every tensor of a step
 * @param tensor the values; after decoding it shares the record's bytes
 * @param spec how to quantize it; {@code null} for the processor's configured spec
 * @param target what the tensor is; {@code activation} unless the producer says otherwise
 * @param producer who sent it; free text, empty by default
 * @param sequence the producer's own count of what it had to send, from 0, so that a gap shows what it dropped; −1 if it keeps none
 */
public record Activation(
        long step,
        Tensor tensor,
        @Nullable QuantizationSpec spec,
        QuantizationTarget target,
        String producer,
        long sequence) {

    /** @throws InvalidSpecException if the step is negative, or the sequence below −1 */
    public Activation {
        if (step < 0) {
            throw new InvalidSpecException("step", step, "must be at least 0");
        }
        if (sequence < -1) {
            throw new InvalidSpecException("sequence", sequence, "must be at least 0, or -1 for none");
        }
    }
}
