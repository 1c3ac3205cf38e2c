// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.NumericArray;
import io.quantflux.spec.QParams;
import io.quantflux.spec.Shape;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Folds the range of one more tensor into what is known, and derives qparams: the reference's
 * {@code QParamsCalculatorBase}.
 *
 * <p>It is a pure function. What it wants to remember it returns as named arrays, and finds them again in the state of
 * the next tensor.
 */
@FunctionalInterface
public interface QParamsCalculator {
    /**
     * {@return what is known once one more tensor has been seen}
     *
     * @param before state before this tensor; its arrays are empty the first time
     * @param range bounds of each block with zero between them, {@code float_range} applied
     */
    Calibrated update(CalibrationState before, Range range);

    /**
     * What is known, for tensors that have another number of blocks along an axis whose indices only count (see
     * {@link io.quantflux.spec.Granularity#mayFollow}).
     *
     * @param before state so far, its arrays of the former shape
     * @param blocks number of blocks along each axis from now on; same rank
     * @return {@code null}, the default, if nothing of it holds for them: the next tensor counts as the first
     */
    default @Nullable Calibrated resized(CalibrationState before, Shape blocks) {
        return null;
    }

    /**
     * {@return whether qparams are each tensor's own, used once and never stored for another; false unless it says otherwise}
     * Shapes are free then, the observer is always on, and export mode has nothing to freeze.
     */
    default boolean stateless() {
        return false;
    }

    /**
     * What one more tensor makes of the state.
     *
     * @param qparams to use from now on; one value a block
     * @param memory arrays to keep for the next tensor, none of them named as a qparam
     */
    record Calibrated(QParams qparams, Map<String, NumericArray> memory) {}

    /** Registered under a spec's {@code qparam_calculator_cls}. */
    interface Factory extends ComponentFactory<QParamsCalculator> {}
}
