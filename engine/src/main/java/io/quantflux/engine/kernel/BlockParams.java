// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import java.util.Arrays;

/**
 * What a quantize kernel needs to know, indexed by block, or by element of a chunk where it has been spread out.
 *
 * <p>All of it is about {@code t = (x - offset) / scale}, the value in steps.
 *
 * @param offset the block's minval; all +0 in the zero-point formulation and for floating dtypes
 * @param low least t, {@code quant_min - zero_point}; values below are clamped to it
 * @param high greatest t
 * @param margin how far beyond {@code low} and {@code high} a value must lie to count as clipped, in steps
 */
@SuppressWarnings("ArrayRecordComponent") // read in inner loops, never compared
public record BlockParams(float[] scale, float[] offset, float[] low, float[] high, float margin) {
    /** Room for each element of a chunk. */
    BlockParams forChunk(int elements) {
        return new BlockParams(
                new float[elements], new float[elements], new float[elements], new float[elements], margin);
    }

    /** Spreads the blocks of a stretch over its elements, so that inner loops have one index for everything. */
    void spread(BlockParams into, int from, int to, int block, boolean row) {
        spread(scale, into.scale, from, to, block, row);
        spread(offset, into.offset, from, to, block, row);
        spread(low, into.low, from, to, block, row);
        spread(high, into.high, from, to, block, row);
    }

    private static void spread(float[] values, float[] into, int from, int to, int block, boolean row) {
        if (row) {
            System.arraycopy(values, block, into, from, to - from);
        } else {
            Arrays.fill(into, from, to, values[block]);
        }
    }
}
