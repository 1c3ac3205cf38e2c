// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.qparams;

import io.quantflux.engine.Range;
import io.quantflux.spec.FloatDType;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.ScaleDType;
import java.util.Set;

/**
 * From a range with zero in it to qparams, block by block; what all calculators share.
 *
 * <p>The extra {@code scale_rounding_mode} says how e8m0 scales are rounded: {@code floor} (the default, and the
 * reference's), {@code ceil}, {@code even} or {@code rceil}, each as torchao's mode of that name.
 */
@FunctionalInterface
public interface QParamsFormula {
    /** The extra spec fields that {@link #of(QuantizationSpec)} reads; calculators that use it declare them. */
    Set<String> EXTRAS = Set.of(ScaleRounding.FIELD);

    /**
     * {@return the scale, zero point and minval of each block; the last two for integer dtypes only}
     *
     * @param range bounds of each block, zero between them
     */
    QParams of(Range range);

    /**
     * {@return the formula a spec asks for: affine, or powers of two where scales are e8m0}
     *
     * @param spec how the tensor is quantized
     * @throws InvalidSpecException if {@code scale_rounding_mode} is unknown, or given though scales are not e8m0
     */
    static QParamsFormula of(QuantizationSpec spec) {
        ScaleRounding rounding = ScaleRounding.of(spec);
        if (spec.scaleDType() == ScaleDType.FLOAT8_E8M0FNU && spec.dtype() instanceof FloatDType dtype) {
            return new PowerOfTwoFormula(dtype, rounding);
        }
        return new AffineFormula(spec.dtype(), spec.qscheme());
    }
}
