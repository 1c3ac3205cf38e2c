// SPDX-License-Identifier: Apache-2.0
package com.example;

import io.quantflux.engine.BlockedTensor;
import io.quantflux.engine.Range;
import io.quantflux.engine.RangeCalculator;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import java.util.Set;

/** {@code mean_deviation}: mean ± {@code deviations} standard deviations of each block; 3 unless given. */
public final class MeanDeviationRange implements RangeCalculator.Factory {
    private static final String DEVIATIONS = "deviations";

    @Override
    public String key() {
        return "mean_deviation";
    }

    @Override
    public Set<String> extras() {
        return Set.of(DEVIATIONS);
    }

    @Override
    public RangeCalculator create(QuantizationSpec spec, QuantizationTarget target) {
        Object value = spec.extras().getOrDefault(DEVIATIONS, 3.0);
        if (!(value instanceof Number number) || !(number.doubleValue() > 0)) {
            throw new InvalidSpecException(DEVIATIONS, value, "must be a number above 0");
        }
        double deviations = number.doubleValue();
        return tensor -> range(tensor, deviations);
    }

    private static Range range(BlockedTensor tensor, double deviations) {
        float[][] blocks = tensor.blocks();
        float[] min = new float[blocks.length];
        float[] max = new float[blocks.length];
        for (int block = 0; block < blocks.length; block++) {
            double sum = 0;
            double squares = 0;
            for (float x : blocks[block]) {
                sum += x;
                squares += (double) x * x;
            }
            double mean = sum / blocks[block].length;
            double deviation = Math.sqrt(Math.max(0, squares / blocks[block].length - mean * mean));
            min[block] = (float) (mean - deviations * deviation);
            max[block] = (float) (mean + deviations * deviation);
        }
        return new Range(FloatArray.of(tensor.shape(), min), FloatArray.of(tensor.shape(), max));
    }
}
