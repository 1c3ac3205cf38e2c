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

    /**
     * {@return the format of a floating dtype}
     *
     * @param dtype E4M3 or E5M2 of OFP8, or E2M1 of MX; the two values that a byte of the last holds are rounded one by one
     */
    public static Minifloat of(FloatDType dtype) {
        return switch (dtype) {
            case FLOAT8_E4M3FN -> new Minifloat(3, -6);
            case FLOAT8_E5M2 -> new Minifloat(2, -14);
            case FLOAT4_E2M1FN_X2 -> new Minifloat(1, 0);
        };
    }

    /** {@return the bits of float32's mantissa that the format lacks} */
    public int dropped() {
        return dropped;
    }

    /** {@return the format's least normal value as float32 bits} */
    public int minNormalBits() {
        return minNormalBits;
    }

    /**
     * {@return the distance of the format's values at 2^{@code exponent}}
     *
     * @param exponent of a normal value of the format, without bias
     */
    public float stepAt(int exponent) {
        return Math.scalb(1f, exponent - mantissaBits);
    }

    /**
     * The nearest value of the format, ties to even.
     *
     * <p>Adding and subtracting the power of two at which float32's spacing is the format's own around the value rounds to
     * that spacing; below the least normal value the spacing stays. No branch: zeros and subnormals come in any order.
     *
     * @param value within the format's range, or NaN
     * @return the value of the format as float32, with the sign of {@code value}; NaN for NaN
     */
    public float round(float value) {
        int exponent = Math.max(Float.floatToRawIntBits(value) & 0x7F800000, minNormalBits);
        float magic = Float.intBitsToFloat(exponent + (dropped << 23));
        return Math.copySign((Math.abs(value) + magic) - magic, value);
    }

    /**
     * {@return the bit pattern of a value of the format, sign bit first; NaN becomes all ones below the sign}
     *
     * @param value a finite value of the format, as {@link #round} gives it, or NaN; E2M1 has no NaN, and its pattern means 6
     */
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

    /**
     * {@return the value of a bit pattern that {@link #encode} gives, as float32}
     *
     * @param code in the lowest bits, 8 of them or 4; others are not looked at
     */
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
