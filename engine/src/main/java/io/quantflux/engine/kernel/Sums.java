// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/**
 * How squares are summed, so that every provider gives the same bits: fast in float32 where that is accurate.
 *
 * <p>A chunk is rows of 32 lanes, and 64 rows make a group. In a group each lane's squares are rounded to float32 and added
 * in float32 row by row; lanes 16 apart are added, and the sixteen sums are added in float64, as are groups and what is left
 * of the last row. A sum of at most 65 positive numbers bounds the relative error: below 4·10⁻⁶. Where the result is not
 * finite, or so small that squares may have underflowed, the chunk is summed in float64 instead, over its finite elements.
 */
public final class Sums {
    /** Elements in a row. */
    public static final int LANES = 32;
    /** Rows in a group: enough for a loop to pay, few enough for float32. */
    public static final int ROWS = 64;
    /** Elements in a group. */
    public static final int GROUP = ROWS * LANES;
    /** Far above what the squares of a chunk can lose by underflow. */
    private static final double LEAST = 0x1p-100;

    private Sums() {}

    /**
     * {@return the sum of a group, in float64: numbers that are 4 apart first, then the four sums as {@code (a + c) + (b + d)}}
     *
     * @param sixteen partial sums, float32; what follows them is not looked at
     */
    public static double ofGroup(float[] sixteen) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        for (int i = 0; i < 16; i += 4) {
            a += sixteen[i];
            b += sixteen[i + 1];
            c += sixteen[i + 2];
            d += sixteen[i + 3];
        }
        return (a + c) + (b + d);
    }

    /**
     * {@return whether a chunk's sum is accurate: finite, and at least 2⁻¹⁰⁰}
     *
     * @param sum of a chunk, as kernels give it
     */
    public static boolean trusted(double sum) {
        return sum >= LEAST && sum < Double.POSITIVE_INFINITY;
    }

    /** Σv² over the first {@code count} where x is finite, in float64 over four lanes. */
    static double exact(float[] x, float[] v, int count) {
        double[] lanes = new double[4];
        for (int i = 0; i < count; i++) {
            if (Float.isFinite(x[i])) {
                lanes[i & 3] += (double) v[i] * v[i];
            }
        }
        return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
    }
}
