// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.observer;

import io.quantflux.engine.BlockedTensor;
import io.quantflux.engine.Range;
import io.quantflux.engine.RangeCalculator;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import java.util.Arrays;
import java.util.Set;

/**
 * {@code percentile}: the range in which the middle share of each block lies, so that a few outliers
 * do not stretch the steps of all others.
 *
 * <p>{@code {"range_calculator_cls": "percentile", "percentile": 99.9}} cuts 0.05 % at either end, to the nearest element
 * inside. The extra field is above 0 and at most 100; 99.99 unless given. A NaN counts as the greatest value.
 */
public final class PercentileRange implements RangeCalculator.Factory {
    static final String PERCENTILE = "percentile";
    private static final double DEFAULT = 99.99;

    @Override
    public String key() {
        return "percentile";
    }

    @Override
    public Set<String> extras() {
        return Set.of(PERCENTILE);
    }

    @Override
    public RangeCalculator create(QuantizationSpec spec, QuantizationTarget target) {
        Object value = spec.extras().getOrDefault(PERCENTILE, DEFAULT);
        if (!(value instanceof Number number) || !(number.doubleValue() > 0 && number.doubleValue() <= 100)) {
            throw new InvalidSpecException(PERCENTILE, value, "must be a number above 0 and at most 100");
        }
        double cut = (100 - number.doubleValue()) / 200;
        return tensor -> range(tensor, cut);
    }

    private static Range range(BlockedTensor tensor, double cut) {
        float[][] blocks = tensor.blocks();
        float[] min = new float[blocks.length];
        float[] max = new float[blocks.length];
        for (int block = 0; block < blocks.length; block++) {
            float[] sorted = blocks[block];
            Arrays.sort(sorted);
            int last = sorted.length - 1;
            int outliers = (int) Math.floor(cut * last);
            min[block] = sorted[outliers];
            max[block] = sorted[last - outliers];
        }
        return new Range(FloatArray.of(tensor.shape(), min), FloatArray.of(tensor.shape(), max));
    }
}
