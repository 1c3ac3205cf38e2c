// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.spec.FloatArray;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantRange;
import io.quantflux.spec.QuantizationSpec;
import org.jspecify.annotations.Nullable;

/** Least and greatest float value that qparams can represent, over all blocks; NaN where there are none. */
record Limits(float min, float max) {
    private static final Limits NONE = new Limits(Float.NaN, Float.NaN);

    static Limits of(QuantizationSpec spec, @Nullable QParams qparams) {
        if (qparams == null || qparams.scale().size() == 0) {
            return NONE;
        }
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < qparams.scale().size(); i++) {
            Limits block = ofBlock(spec.quantRange(), qparams, i);
            min = Math.min(min, block.min);
            max = Math.max(max, block.max);
        }
        return new Limits(min, max);
    }

    private static Limits ofBlock(QuantRange range, QParams qparams, int block) {
        float scale = qparams.scale().get(block);
        FloatArray minval = qparams.minval();
        if (minval == null) { // floating dtypes are symmetric
            return new Limits(range.min() * scale, range.max() * scale);
        }
        float min = minval.get(block);
        return new Limits(min, min + (range.max() - range.min()) * scale);
    }
}
