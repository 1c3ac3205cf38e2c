// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import java.util.Arrays;

/**
 * What a quantize kernel needs to know, indexed by block, or by element of a chunk where it has been spread out.
 *
 * <p>All of it is about {@code t = (x - offset) / scale}, the value in steps. The arrays are as long as each other, and shared.
 *
 * @param scale size of a step, float32
 * @param offset the block's minval; all +0 in the zero-point formulation and for floating dtypes
 * @param low least t, {@code quant_min - zero_point}; values below are clamped to it
 * @param high greatest t, {@code quant_max - zero_point}; values above are clamped to it
 * @param margin how far beyond {@code low} and {@code high} a value must lie to count as clipped, in steps
 */
@SuppressWarnings("ArrayRecordComponent") // read in inner loops, never compared
public record BlockParams(float[] scale, float[] offset, float[] low, float[] high, float margin) {
    /** {@return whether everything about every block is a finite number, and no scale is zero} */
    public boolean regular() {
        for (float value : scale) {
            if (value == 0) {
                return false;
            }
        }
        return finite(scale) && finite(offset) && finite(low) && finite(high);
    }

    private static boolean finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /**
     * {@return whether an element is clipped by more than the margin; NaN is not}
     *
     * @param x the element
     * @param block its block
     */
    public boolean clips(float x, int block) {
        float t = (x - offset[block]) / scale[block];
        return t < low[block] - margin || t > high[block] + margin;
    }

    /** Room for each element of a chunk. */
    BlockParams forChunk(int elements) {
        return new BlockParams(
                new float[elements], new float[elements], new float[elements], new float[elements], margin);
    }

    /** Spreads the blocks of a stretch over its elements, so that inner loops have one index for everything. */
    void spread(BlockParams into, int from, int to, int block, int run) {
        spread(scale, into.scale, from, to, block, run);
        spread(offset, into.offset, from, to, block, run);
        spread(low, into.low, from, to, block, run);
        spread(high, into.high, from, to, block, run);
    }

    private static void spread(float[] values, float[] into, int from, int to, int block, int run) {
        if (run == 1) {
            System.arraycopy(values, block, into, from, to - from);
        } else {
            for (int i = from, at = block; i < to; i += run, at++) {
                Arrays.fill(into, i, Math.min(to, i + run), values[at]);
            }
        }
    }
}
