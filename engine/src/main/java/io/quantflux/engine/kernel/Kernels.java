// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/**
 * The hot loops over chunks of float32, as one provider. Every provider gives the same bits.
 *
 * <p>A run is a stretch of one block; in a row, element {@code i} belongs to block {@code block + i - from}. Sums go
 * over eight lanes: element {@code i} is added to lane {@code i mod 8} in order, then the lanes are added as
 * {@code ((l0+l4)+(l2+l6)) + ((l1+l5)+(l3+l7))}, in float64 throughout.
 */
public interface Kernels {
    /** Least element; +∞ if there is none, NaN if one is NaN; −0 is less than +0. */
    float min(float[] x, int from, int to);

    /** Greatest element; −∞ if there is none, NaN if one is NaN. */
    float max(float[] x, int from, int to);

    /** Lowers {@code min[block + i - from]} to {@code x[i]}; NaN wins. */
    void minRow(float[] x, int from, int to, float[] min, int block);

    /** Raises {@code max[block + i - from]} to {@code x[i]}; NaN wins. */
    void maxRow(float[] x, int from, int to, float[] max, int block);

    /** Σx² over the first {@code count}; not finite exactly if one of them is not. */
    double sumSquares(float[] x, int count);

    /** Σ(x−y)² over the first {@code count}. */
    double sumSquaredError(float[] x, float[] y, int count);

    /** How many of the first {@code count} have {@code x != 0} and {@code y == 0}. */
    int underflowed(float[] x, float[] y, int count);

    /** How many finite elements of a run lie outside its block's clip limits. */
    int clippedRun(float[] x, int from, int to, BlockParams params, int block);

    /** As {@link #clippedRun} for a row; overwrites that stretch of {@code scratch}. */
    int clippedRow(float[] x, float[] scratch, int from, int to, BlockParams params, int block);

    /** Integers around a zero point: {@code rint(clamp(x / scale)) * scale}. */
    QuantizeKernel zeroPoint();

    /** Integers above minval: {@code rint(clamp((x - offset) / scale)) * scale + offset}. */
    QuantizeKernel minval();

    /** A small floating-point format: {@code round(clamp(x / scale)) * scale}. */
    QuantizeKernel minifloat(Minifloat format);
}
