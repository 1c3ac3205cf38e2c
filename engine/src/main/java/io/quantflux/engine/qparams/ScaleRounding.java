// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.qparams;

import io.quantflux.spec.FloatDType;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.ScaleDType;
import java.util.Arrays;
import java.util.Locale;

/**
 * How a power-of-two scale comes from the greatest magnitude of a block: torchao's {@code ScaleCalculationMode}.
 *
 * <p>A magnitude of 0 gives the least scale under each. An infinite one gives 2^(128 − maxPow2), under {@link #RCEIL}
 * 2^127. NaN gives NaN, as the format has it, except under {@link #FLOOR}, which is the reference's and takes it for
 * infinite.
 */
enum ScaleRounding {
    /** The power of two at or below the magnitude meets that of the dtype (OCP MX): the greatest values may be clipped. */
    FLOOR {
        @Override
        float scale(float magnitude, FloatDType dtype) {
            return power(exponent(magnitude) - dtype.maxPow2());
        }
    },
    /** The power of two at or above the magnitude meets that of the dtype: nothing is clipped, half the range may be unused. */
    CEIL {
        @Override
        float scale(float magnitude, FloatDType dtype) {
            boolean between = (Float.floatToRawIntBits(magnitude) & MANTISSA) != 0;
            return Float.isNaN(magnitude)
                    ? magnitude
                    : power(exponent(magnitude) + (between ? 1 : 0) - dtype.maxPow2());
        }
    },
    /** As {@link #FLOOR}, once the magnitude is rounded to the dtype's mantissa. */
    EVEN {
        @Override
        float scale(float magnitude, FloatDType dtype) {
            int half = 1 << (22 - dtype.mantissaBits());
            float rounded = Float.intBitsToFloat(Float.floatToRawIntBits(magnitude) + half);
            return Float.isNaN(magnitude) ? magnitude : power(exponent(rounded) - dtype.maxPow2());
        }
    },
    /** The least power of two with which the magnitude does not exceed the dtype's greatest value (cuBLAS). */
    RCEIL {
        @Override
        float scale(float magnitude, FloatDType dtype) {
            float needed = magnitude / dtype.max();
            if (Float.isNaN(needed)) {
                return needed;
            }
            // In float32, as torch's log2: a quotient a few units above a power of two counts as that power.
            float log2 = (float) (StrictMath.log(needed) / LN_2);
            return power((int) Math.min(Math.ceil(log2), 127));
        }
    };

    /** The extra spec field that names one, in lower case. */
    static final String FIELD = "scale_rounding_mode";

    private static final int MANTISSA = 0x7FFFFF;
    private static final double LN_2 = StrictMath.log(2);

    /** The one a spec asks for; {@link #FLOOR} unless it says otherwise. */
    static ScaleRounding of(QuantizationSpec spec) {
        Object mode = spec.extras().get(FIELD);
        if (mode == null) {
            return FLOOR;
        }
        if (spec.scaleDType() != ScaleDType.FLOAT8_E8M0FNU) {
            throw new InvalidSpecException(FIELD, mode, "is for scale_dtype float8_e8m0fnu only");
        }
        return Arrays.stream(values())
                .filter(rounding -> rounding.name().toLowerCase(Locale.ROOT).equals(mode))
                .findFirst()
                .orElseThrow(() -> new InvalidSpecException(FIELD, mode, "must be floor, ceil, even or rceil"));
    }

    /**
     * @param magnitude of the block's range, at least 0
     * @return a power of two of at least 2^−126, or NaN
     */
    abstract float scale(float magnitude, FloatDType dtype);

    /** Unbiased; −127 for zero and subnormals, 128 for what is not finite. */
    private static int exponent(float magnitude) {
        return ((Float.floatToRawIntBits(magnitude) >> 23) & 0xFF) - 127;
    }

    private static float power(int exponent) {
        return Math.max(Float.intBitsToFloat((Math.max(exponent, -127) + 127) << 23), Float.MIN_NORMAL);
    }
}
