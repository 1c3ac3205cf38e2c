// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.qparams;

import io.quantflux.engine.Range;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.FloatDType;
import io.quantflux.spec.QParams;

/** Scales that are powers of two, the e8m0 format of the OCP MX specification: no zero point, no minval. */
record PowerOfTwoFormula(FloatDType dtype, ScaleRounding rounding) implements QParamsFormula {
    @Override
    public QParams of(Range range) {
        float[] scale = new float[range.min().size()];
        for (int block = 0; block < scale.length; block++) {
            float magnitude = Math.max(
                    Math.abs(range.min().get(block)), Math.abs(range.max().get(block)));
            scale[block] = rounding.scale(magnitude, dtype);
        }
        return new QParams(FloatArray.of(range.min().shape(), scale), null, null);
    }
}
