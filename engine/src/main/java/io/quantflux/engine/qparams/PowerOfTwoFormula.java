// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.qparams;

import io.quantflux.engine.Range;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.QParams;

/**
 * Scales that are powers of two, the e8m0 format of the OCP MX specification: no zero point, no minval.
 *
 * @param maxPow2 exponent of the greatest power of two the dtype holds; the block's own is put there
 */
record PowerOfTwoFormula(int maxPow2, ScaleRounding rounding) implements QParamsFormula {
    @Override
    public QParams of(Range range) {
        float[] scale = new float[range.min().size()];
        for (int block = 0; block < scale.length; block++) {
            float magnitude = Math.max(
                    Math.abs(range.min().get(block)), Math.abs(range.max().get(block)));
            int exponent = Math.min(128, Math.max(-127, rounding.exponent(magnitude) - maxPow2));
            scale[block] = Math.max(Float.intBitsToFloat((exponent + 127) << 23), Float.MIN_NORMAL);
        }
        return new QParams(FloatArray.of(range.min().shape(), scale), null, null);
    }
}
