// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

/**
 * How many values fall into each of equally wide bins between {@code min} and {@code max}, which enclose the finite values
 * and the representable range.
 *
 * @param limitMin least representable value, NaN without qparams
 * @param limitMax greatest representable value
 * @param beyond finite values outside of these two
 */
@SuppressWarnings("ArrayRecordComponent") // numbers to draw: nobody compares them
record Histogram(float min, float max, float limitMin, float limitMax, long[] counts, long beyond) {
    private static final int BINS = 96;

    static Histogram of(float[] values, Limits limits) {
        float min = Float.isNaN(limits.min()) ? Float.POSITIVE_INFINITY : limits.min();
        float max = Float.isNaN(limits.max()) ? Float.NEGATIVE_INFINITY : limits.max();
        long beyond = 0;
        for (float x : values) {
            if (Float.isFinite(x)) {
                beyond += x < limits.min() || x > limits.max() ? 1 : 0;
                min = Math.min(min, x);
                max = Math.max(max, x);
            }
        }
        long[] counts = new long[BINS];
        if (!(min < max)) { // no values, or all the same
            counts[BINS / 2] = values.length;
            float centre = min > max ? 0 : min;
            return new Histogram(centre - 0.5f, centre + 0.5f, limits.min(), limits.max(), counts, beyond);
        }
        double width = ((double) max - min) / BINS;
        for (float x : values) {
            if (Float.isFinite(x)) {
                counts[(int) Math.min(BINS - 1, ((double) x - min) / width)]++;
            }
        }
        return new Histogram(min, max, limits.min(), limits.max(), counts, beyond);
    }
}
