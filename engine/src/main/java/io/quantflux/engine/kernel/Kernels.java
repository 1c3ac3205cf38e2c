// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/**
 * The hot loops over chunks of float32, as one provider. Every provider gives the same bits. Stateless and thread-safe.
 *
 * <p>Sums go over eight lanes: element {@code i} is added to lane {@code i mod 8} in order, then the lanes are added as
 * {@code ((l0+l4)+(l2+l6)) + ((l1+l5)+(l3+l7))}, in float64 throughout. Counts are kept apart for each position in a
 * chunk, as floats, so that counting needs no reduction; NaN in a count means that it met a NaN.
 */
public interface Kernels {
    /** Least element, NaN passed over; +∞ if there is none. A zero may have either sign. */
    float min(float[] x, int from, int to);

    /** Greatest element, NaN passed over; −∞ if there is none. A zero may have either sign. */
    float max(float[] x, int from, int to);

    /** Lowers {@code min[at + i - from]} to {@code x[i]}; whatever, if that is NaN. A zero may have either sign. */
    void minEach(float[] x, int from, int to, float[] min, int at);

    /** Raises {@code max[at + i - from]} to {@code x[i]}; whatever, if that is NaN. A zero may have either sign. */
    void maxEach(float[] x, int from, int to, float[] max, int at);

    /** Σx² over the first {@code count}; not finite exactly if one of them is not. */
    double sumSquares(float[] x, int count);

    /** {@code y[i] = x[i] - y[i]} for the first {@code count}. */
    void difference(float[] x, float[] y, int count);

    /** Adds 1 to {@code counts[i]} where {@code x[i] != 0} and {@code y[i] == 0}, for the first {@code count}. */
    void countUnderflowed(float[] x, float[] y, int count, float[] counts);

    /** Adds 1 to {@code counts[i]} for each element of a run that lies further out than its block's margin. */
    void countClipped(float[] x, int from, int to, BlockParams params, int block, float[] counts);

    /** As {@link #countClipped} where element {@code i} has {@code params} of its own, at index {@code i}. */
    void countClippedEach(float[] x, int from, int to, BlockParams params, float[] counts);

    /** Integers around a zero point: {@code rint(clamp(x / scale)) * scale}. */
    QuantizeKernel zeroPoint();

    /** Integers above minval: {@code rint(clamp((x - offset) / scale)) * scale + offset}. */
    QuantizeKernel minval();

    /** A small floating-point format: {@code round(clamp(x / scale)) * scale}. */
    QuantizeKernel minifloat(Minifloat format);
}
