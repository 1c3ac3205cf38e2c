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
    private final int bias;
    private final int mantissaBits;

    private Minifloat(int mantissaBits, int minExponent) {
        this.mantissaBits = mantissaBits;
        dropped = 23 - mantissaBits;
        minNormalBits = (minExponent + 127) << 23;
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

    /**
     * The nearest value of the format.
     *
     * <p>Adding and subtracting the power of two at which float32's spacing is the format's own around the value rounds to
     * that spacing; below the least normal value the spacing stays. No branch: zeros and subnormals come in any order.
     */
    public float round(float value) {
        int exponent = Math.max(Float.floatToRawIntBits(value) & 0x7F800000, minNormalBits);
        float magic = Float.intBitsToFloat(exponent + (dropped << 23));
        return Math.copySign((Math.abs(value) + magic) - magic, value);
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
