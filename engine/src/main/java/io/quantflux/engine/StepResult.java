// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QParams;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorStatistics;
import org.jspecify.annotations.Nullable;

/**
 * What one step made of a state and a tensor.
 *
 * @param state the state for the next tensor; the given one, if nothing changed
 * @param output same shape and element type as the input; the input itself, if nothing was fake-quantized
 * @param outcome what the step did
 * @param qparams those the output was made with, of the shape the tensor needs; {@code null} if it passed through
 * @param statistics what was measured on the way
 */
public record StepResult(
        CalibrationState state,
        Tensor output,
        Outcome outcome,
        @Nullable QParams qparams,
        TensorStatistics statistics) {

    /** What a step did with its tensor. */
    public enum Outcome {
        /** It updated the qparams, and its output, if any was asked for, uses them. */
        OBSERVED,
        /** The stored qparams were used: observer off, export mode, or both bounds of the range fixed. */
        STORED,
        /** There are no qparams and none may be computed: it passed through. */
        NOT_READY,
        /** Its shape does not divide into blocks: it passed through, and so will all after it. */
        DISABLED_NOW,
        /** An earlier tensor has disabled fake quantization: it passed through. */
        DISABLED,
        /** It would have been observed, but holds non-finite values; its output uses the stored qparams, if any. */
        QUARANTINED,
        /** It holds non-finite values under {@link NonFinitePolicy#REJECT}: state unchanged, output is the input. */
        REJECTED
    }
}
