// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.qparams;

import io.quantflux.engine.QParamsCalculator;
import io.quantflux.engine.Range;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Scheme;
import java.util.Map;
import java.util.Set;

/**
 * {@code dynamic}: the range of each tensor for that tensor alone, whatever its shape; nothing to calibrate or to freeze.
 *
 * <p>For activations only; {@code float_range} must be open at both ends, and the scheme not
 * {@code symmetric_with_clipping}, all as in the reference.
 */
public final class DynamicQParams implements QParamsCalculator.Factory {
    /** For {@link java.util.ServiceLoader}. */
    public DynamicQParams() {}

    @Override
    public String key() {
        return "dynamic";
    }

    @Override
    public Set<String> extras() {
        return QParamsFormula.EXTRAS;
    }

    @Override
    public QParamsCalculator create(QuantizationSpec spec, QuantizationTarget target) {
        require(target == QuantizationTarget.ACTIVATION, "qparam_calculator_cls", "dynamic", "is for activations only");
        require(
                spec.floatRange().min() == null && spec.floatRange().max() == null,
                "float_range",
                spec.floatRange(),
                "must be [null, null] under dynamic");
        require(
                spec.qscheme() != Scheme.SYMMETRIC_WITH_CLIPPING,
                "qscheme",
                spec.qscheme().key(),
                "must be symmetric or asymmetric under dynamic");
        return new Stateless(QParamsFormula.of(spec));
    }

    private static void require(boolean met, String field, Object value, String expectation) {
        if (!met) {
            throw new InvalidSpecException(field, value, expectation);
        }
    }

    private record Stateless(QParamsFormula formula) implements QParamsCalculator {
        @Override
        public Calibrated update(CalibrationState before, Range range) {
            return new Calibrated(formula.of(range), Map.of());
        }

        @Override
        public boolean stateless() {
            return true;
        }
    }
}
