// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/**
 * What a quantize kernel needs to know of each block, indexed by block.
 *
 * <p>All of it is about {@code t = (x - offset) / scale}, the value in steps: it is clamped to {@code [low, high]}, and
 * counts as clipped outside {@code [clipLow, clipHigh]}.
 *
 * @param offset the block's minval; all +0 in the zero-point formulation and for floating dtypes
 * @param low least t, {@code quant_min - zero_point}
 * @param high greatest t
 */
@SuppressWarnings("ArrayRecordComponent") // read in inner loops, never compared
public record BlockParams(
        float[] scale, float[] offset, float[] low, float[] high, float[] clipLow, float[] clipHigh) {}
