// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import io.quantflux.engine.kernel.BlockParams;

/**
 * A scale's inverse in two parts: {@code fma(x, inverse, x * rest)} in place of {@code x / scale}, where rounding that to an
 * integer gives the same.
 *
 * <p>Before it is rounded to float32, its relative error is below 2⁻⁴⁶; so it is the quotient, or lies on the other side of a
 * midpoint of two floats that is so close to x / s. That matters only next to a half-integer h within the limits. If these are
 * at most 512, h has at most 10 bits, so that the midpoints on either side of it have the bits M = ±1 modulo 2¹⁵, and S·M = ±S,
 * where S are the 24 bits of the scale. The bits of x, in the same unit, are a multiple of 2²⁴; being that close they would
 * differ from S·M by less than 2⁴⁹⁻⁴⁶. Hence there is no such x unless S itself is within 8 of a multiple of 2¹⁵. Scales like
 * that, one in 2,000, are left to the division; but powers of two have an exact inverse.
 *
 * <p>The scale must be within 2⁻²³ and 2¹⁰⁰, so that nothing overflows to a NaN or loses bits. Where a quotient is far
 * below 1/2 it need not be exact, as it rounds to zero.
 */
final class Reciprocal {
    private static final int LIMIT = 512;
    private static final int MANTISSA = 0x7FFFFF;

    private Reciprocal() {}

    /** {@return whether a block's elements, being finite, may be divided like that} */
    static boolean suits(BlockParams params, int block) {
        float scale = params.scale()[block];
        return scale >= 0x1p-23f
                && scale <= 0x1p100f
                && params.offset()[block] == 0
                && params.low()[block] >= -LIMIT
                && params.high()[block] <= LIMIT
                && suits(Float.floatToRawIntBits(scale));
    }

    private static boolean suits(int bits) {
        return (bits & MANTISSA) == 0 || ((bits + 8) & 0x7FFF) > 16;
    }

    static float inverse(float scale) {
        return 1 / scale;
    }

    static float rest(float scale) {
        return (float) (1.0 / scale - 1 / scale);
    }
}
