// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.qparams;

import io.quantflux.engine.Range;
import io.quantflux.spec.DType;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.FloatDType;
import io.quantflux.spec.IntArray;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantRange;
import io.quantflux.spec.Scheme;

/**
 * Any float32 scale: torchao's {@code choose_qparams_affine_with_min_max} on the CPU, float32 operation by operation.
 *
 * <p>NaN and infinite bounds give what they give there; a NaN zero point becomes −2³¹, as its cast does on x86.
 */
record AffineFormula(DType dtype, Scheme scheme) implements QParamsFormula {
    /** float32's machine epsilon, the least scale. */
    private static final float EPSILON = 0x1p-23f;

    @Override
    public QParams of(Range range) {
        int blocks = range.min().size();
        float[] scale = new float[blocks];
        int[] zeroPoint = new int[blocks];
        float[] minval = new float[blocks];
        QuantRange quant = dtype.range(scheme);
        for (int block = 0; block < blocks; block++) {
            float low = range.min().get(block);
            float high = range.max().get(block);
            if (scheme == Scheme.ASYMMETRIC) {
                float below = Math.min(low, 0);
                scale[block] = atLeastEpsilon((Math.max(high, 0) - below) / (quant.max() - quant.min()));
                zeroPoint[block] = zeroPoint(below, scale[block], quant);
                minval[block] = below;
            } else {
                float greatest = Math.max(-Math.min(low, 0), Math.max(high, 0));
                scale[block] = atLeastEpsilon(greatest / ((quant.max() - quant.min()) / 2));
                zeroPoint[block] = (int) ((quant.max() + quant.min() + 1) / 2);
                minval[block] = -Math.max(Math.abs(low), Math.abs(high));
            }
        }
        FloatArray scales = FloatArray.of(range.min().shape(), scale);
        return dtype instanceof FloatDType
                ? new QParams(scales, null, null)
                : new QParams(scales, IntArray.of(scales.shape(), zeroPoint), FloatArray.of(scales.shape(), minval));
    }

    private static float atLeastEpsilon(float scale) {
        return scale < EPSILON ? EPSILON : scale; // NaN stays
    }

    private static int zeroPoint(float below, float scale, QuantRange quant) {
        float point = quant.min() - (float) Math.rint(below / scale);
        if (Float.isNaN(point)) {
            return Integer.MIN_VALUE;
        }
        return (int) Math.min(Math.max(point, quant.min()), quant.max());
    }
}
