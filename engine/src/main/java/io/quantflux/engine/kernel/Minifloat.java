// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import io.quantflux.spec.FloatDType;

/**
 * Rounds float32 to the values of a small floating-point format, to nearest with ties to even, subnormals kept.
 *
 * <p>The formats are those of the OCP OFP8 and MX specifications. Values must lie within the format's range already; NaN
 * stays NaN, and the sign of zero is kept.
 */
public final class Minifloat {
    private final int dropped;
    private final int minNormalBits;
    private final float subnormalMagic;
    private final int bias;
    private final int mantissaBits;

    private Minifloat(int mantissaBits, int minExponent) {
        this.mantissaBits = mantissaBits;
        dropped = 23 - mantissaBits;
        minNormalBits = (minExponent + 127) << 23;
        // Adding 2^e, with e such that float32's spacing there is the format's subnormal step, rounds to that step.
        subnormalMagic = Math.scalb(1f, minExponent + dropped);
        bias = 1 - minExponent;
    }

    /** The format of a floating dtype. */
    public static Minifloat of(FloatDType dtype) {
        return switch (dtype) {
            case FLOAT8_E4M3FN -> new Minifloat(3, -6);
            case FLOAT8_E5M2 -> new Minifloat(2, -14);
            case FLOAT4_E2M1FN_X2 -> new Minifloat(1, 0);
        };
    }

    /** Distance of the format's values at 2^{@code exponent}. */
    public float stepAt(int exponent) {
        return Math.scalb(1f, exponent - mantissaBits);
    }

    /** The nearest value of the format. */
    public float round(float value) {
        int bits = Float.floatToRawIntBits(value);
        int magnitude = bits & 0x7FFFFFFF;
        int rounded;
        if (magnitude < minNormalBits) {
            float steps = Float.intBitsToFloat(magnitude) + subnormalMagic - subnormalMagic;
            rounded = Float.floatToRawIntBits(steps);
        } else if (magnitude > 0x7F800000) {
            return value;
        } else {
            int half = (1 << (dropped - 1)) - 1 + ((magnitude >>> dropped) & 1);
            rounded = ((magnitude + half) >>> dropped) << dropped;
        }
        return Float.intBitsToFloat(rounded | (bits & 0x80000000));
    }

    /** The bit pattern of a value of the format, sign bit first; NaN becomes all ones below the sign. */
    public int encode(float value) {
        int bits = Float.floatToRawIntBits(value);
        int magnitude = bits & 0x7FFFFFFF;
        int sign = (bits >>> 31) << (exponentBits() + mantissaBits);
        if (magnitude > 0x7F800000) {
            return sign | ((1 << (exponentBits() + mantissaBits)) - 1);
        }
        int code = magnitude < minNormalBits
                ? (int) (Float.intBitsToFloat(magnitude) / Math.scalb(1f, 1 - bias - mantissaBits))
                : (magnitude - ((127 - bias) << 23)) >>> dropped;
        return sign | code;
    }

    /** The value of a bit pattern that {@link #encode} gives. */
    public float decode(int code) {
        int width = exponentBits() + mantissaBits;
        int magnitude = code & ((1 << width) - 1);
        boolean nan = mantissaBits == 3 ? magnitude == 0x7F : mantissaBits == 2 && magnitude > 0x7C;
        float value;
        if (nan) {
            value = Float.NaN;
        } else if (mantissaBits == 2 && magnitude == 0x7C) {
            value = Float.POSITIVE_INFINITY;
        } else if (magnitude >>> mantissaBits == 0) {
            value = magnitude * Math.scalb(1f, 1 - bias - mantissaBits);
        } else {
            value = Float.intBitsToFloat((magnitude << dropped) + ((127 - bias) << 23));
        }
        return ((code >>> width) & 1) == 0 ? value : -value;
    }

    private int exponentBits() {
        return switch (mantissaBits) {
            case 3 -> 4;
            case 2 -> 5;
            default -> 2;
        };
    }
}
