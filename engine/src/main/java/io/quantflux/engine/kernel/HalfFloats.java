// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/**
 * Casts between float32 and the 16 bit formats, to nearest with ties to even; subnormals are kept.
 *
 * <p>Widening is exact. Narrowing turns what is too large into infinity and every NaN into a quiet one.
 */
public final class HalfFloats {
    private static final int SIGN = 0x8000;
    private static final int INFINITY32 = 0x7F800000;
    private static final float TWO_POW_112 = 0x1p112f;

    private HalfFloats() {}

    /**
     * {@return an IEEE 754 binary16 value as float32, exactly}
     *
     * @param half its 16 bits
     */
    public static float fromFloat16(short half) {
        int magnitude = (half & 0x7FFF) << 13;
        float value = (half & 0x7C00) == 0x7C00
                ? Float.intBitsToFloat(magnitude | INFINITY32)
                : Float.intBitsToFloat(magnitude) * TWO_POW_112; // re-biases the exponent, subnormals too
        return Float.intBitsToFloat(Float.floatToRawIntBits(value) | ((half & SIGN) << 16));
    }

    /**
     * {@return the 16 bits of the nearest IEEE 754 binary16 value; infinity from 65520 on}
     *
     * @param value any float32
     */
    public static short toFloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & SIGN;
        int magnitude = bits & 0x7FFFFFFF;
        int half;
        if (magnitude > INFINITY32) {
            half = 0x7E00;
        } else if (magnitude >= 0x47800000) { // 65536 and above
            half = 0x7C00;
        } else if (magnitude < 0x38800000) { // below 2^-14: adding 0.5 leaves the bits of a subnormal
            half = Float.floatToRawIntBits(Float.intBitsToFloat(magnitude) + 0.5f) - 0x3F000000;
        } else {
            half = (magnitude - (112 << 23) + 0xFFF + ((magnitude >>> 13) & 1)) >>> 13;
        }
        return (short) (sign | half);
    }

    /**
     * {@return a bfloat16 value as float32, exactly: its bits are the upper half}
     *
     * @param half its 16 bits
     */
    public static float fromBFloat16(short half) {
        return Float.intBitsToFloat(half << 16);
    }

    /**
     * {@return the 16 bits of the nearest bfloat16 value}
     *
     * @param value any float32
     */
    public static short toBFloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & 0x7FFFFFFF) > INFINITY32) {
            return (short) (((bits >>> 16) & SIGN) | 0x7FC0);
        }
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }
}
