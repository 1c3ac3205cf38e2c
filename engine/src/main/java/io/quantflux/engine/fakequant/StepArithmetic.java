// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.fakequant;

import io.quantflux.engine.kernel.BlockParams;
import io.quantflux.engine.kernel.Minifloat;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.FloatDType;
import io.quantflux.spec.Formulation;
import io.quantflux.spec.IntArray;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantRange;
import io.quantflux.spec.QuantizationSpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The element-wise formulas of one dtype, scheme and formulation; offsets are those of a block.
 *
 * <p>Integers: {@code q = clamp(rint((x − f) / s) + o)} and {@code x' = (q − o)·s + f}, with (o, f) = (zero point, 0) or
 * (quant_min, minval). Floating: {@code q = round(clamp(x / s))} and {@code x' = q·s}. float32, each operation rounded.
 *
 * @param format the floating format, {@code null} for integers
 */
record StepArithmetic(
        QuantRange range, Formulation formulation, @Nullable Minifloat format, float clipMargin) {
    /** Half a step, and what rounding the scale may add to the very maximum that has set it. */
    private static final float HALF_STEP = 0.501f;

    static StepArithmetic of(QuantizationSpec spec) {
        QuantRange range = spec.quantRange();
        if (spec.dtype() instanceof FloatDType dtype) {
            Minifloat format = Minifloat.of(dtype);
            return new StepArithmetic(range, Formulation.ZP, format, format.stepAt(dtype.maxPow2()) / 2);
        }
        return new StepArithmetic(range, spec.qformulation(), null, HALF_STEP);
    }

    /** The qparams as the kernels want them. */
    BlockParams params(QParams qparams) {
        int blocks = qparams.scale().size();
        float[] low = new float[blocks];
        float[] high = new float[blocks];
        float[] zero = quantOffset(qparams);
        for (int block = 0; block < blocks; block++) {
            low[block] = range.min() - zero[block];
            high[block] = range.max() - zero[block];
        }
        return new BlockParams(qparams.scale().toArray(), floatOffset(qparams), low, high, clipMargin);
    }

    /** The quantized value that {@link #floatOffset} maps to. */
    float[] quantOffset(QParams qparams) {
        float[] offset = new float[qparams.scale().size()];
        if (format != null) {
            return offset;
        }
        if (formulation == Formulation.MINVAL) {
            Arrays.fill(offset, range.min());
            return offset;
        }
        IntArray zeroPoint = qparams.zeroPoint();
        if (zeroPoint == null) {
            throw new InvalidSpecException("zero_point", null, "must not be null for integer quantization");
        }
        for (int block = 0; block < offset.length; block++) {
            offset[block] = zeroPoint.get(block);
        }
        return offset;
    }

    private float[] floatOffset(QParams qparams) {
        if (format != null || formulation == Formulation.ZP) {
            return new float[qparams.scale().size()];
        }
        FloatArray minval = qparams.minval();
        if (minval == null) {
            throw new InvalidSpecException("minval", null, "must not be null for integer quantization");
        }
        return minval.toArray();
    }

    /** The value in steps before clamping, rounded for integers. */
    float steps(float x, BlockParams params, int block) {
        float t = (x - params.offset()[block]) / params.scale()[block];
        return format != null ? t : (float) Math.rint(t);
    }

    /** Whether a value in steps was within range: where a gradient passes. NaN is not. */
    boolean inRange(float steps, float quantOffset) {
        float q = format != null ? steps : steps + quantOffset;
        return q >= range.min() && q <= range.max();
    }

    /** The quantized value of a value in steps. NaN stays. */
    float quantized(float steps, float quantOffset) {
        float q = format != null ? steps : steps + quantOffset;
        float clamped = q < range.min() ? range.min() : q > range.max() ? range.max() : q;
        return format != null ? format.round(clamped) : clamped;
    }

    float dequantized(float q, float quantOffset, BlockParams params, int block) {
        return format != null
                ? q * params.scale()[block]
                : (q - quantOffset) * params.scale()[block] + params.offset()[block];
    }
}
