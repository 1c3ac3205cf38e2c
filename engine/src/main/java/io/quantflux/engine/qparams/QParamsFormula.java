// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.qparams;

import io.quantflux.engine.Range;
import io.quantflux.spec.FloatDType;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.ScaleDType;

/** From a range with zero in it to qparams, block by block; what all calculators share. */
@FunctionalInterface
public interface QParamsFormula {
    QParams of(Range range);

    /** The formula a spec asks for: affine, or powers of two where scales are e8m0. */
    static QParamsFormula of(QuantizationSpec spec) {
        if (spec.scaleDType() == ScaleDType.FLOAT8_E8M0FNU && spec.dtype() instanceof FloatDType dtype) {
            return new PowerOfTwoFormula(dtype.maxPow2(), ScaleRounding.FLOOR);
        }
        return new AffineFormula(spec.dtype(), spec.qscheme());
    }
}
