// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/** Quantizes and dequantizes a stretch: {@code y[i]} from {@code x[i]} for {@code from <= i < to}. */
public interface QuantizeKernel {
    /** All elements belong to {@code block}. */
    void run(float[] x, float[] y, int from, int to, BlockParams params, int block);

    /** Element {@code i} has {@code params} of its own, at index {@code i}. */
    void each(float[] x, float[] y, int from, int to, BlockParams params);
}
