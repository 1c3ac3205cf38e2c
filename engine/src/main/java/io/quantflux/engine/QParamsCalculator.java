// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.NumericArray;
import io.quantflux.spec.QParams;
import java.util.Map;

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
     * @param before state before this tensor; its arrays are empty the first time
     * @param range bounds of each block with zero between them, {@code float_range} applied
     */
    Calibrated update(CalibrationState before, Range range);

    /**
     * @param qparams to use from now on; one value a block
     * @param memory arrays to keep for the next tensor, none of them named as a qparam
     */
    record Calibrated(QParams qparams, Map<String, NumericArray> memory) {}

    /** Registered under a spec's {@code qparam_calculator_cls}. */
    interface Factory extends ComponentFactory<QParamsCalculator> {}
}
