// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.instances;

import io.quantflux.engine.BlockedTensor;
import io.quantflux.engine.Range;
import io.quantflux.engine.RangeCalculator;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import java.util.Set;

/**
 * {@code bench_clip_search}: the symmetric range with the least squared error of 255 levels, among {@code candidates} shares
 * of the greatest magnitude. Observers of this kind take long; nothing else is asked of this one.
 */
public final class ClipSearchRange implements RangeCalculator.Factory {
    static final String KEY = "bench_clip_search";
    static final String CANDIDATES = "candidates";
    private static final int LEVELS = 127;

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public Set<String> extras() {
        return Set.of(CANDIDATES);
    }

    @Override
    public RangeCalculator create(QuantizationSpec spec, QuantizationTarget target) {
        int candidates = spec.extras().get(CANDIDATES) instanceof Number number ? number.intValue() : 1;
        return tensor -> range(tensor, candidates);
    }

    private static Range range(BlockedTensor tensor, int candidates) {
        float[][] blocks = tensor.blocks();
        float[] min = new float[blocks.length];
        float[] max = new float[blocks.length];
        for (int block = 0; block < blocks.length; block++) {
            max[block] = bestClip(blocks[block], candidates);
            min[block] = -max[block];
        }
        return new Range(FloatArray.of(tensor.shape(), min), FloatArray.of(tensor.shape(), max));
    }

    private static float bestClip(float[] values, int candidates) {
        float greatest = 0;
        for (float value : values) {
            greatest = Math.max(greatest, Math.abs(value));
        }
        float best = greatest;
        double least = Double.MAX_VALUE;
        for (int candidate = candidates; candidate > 0; candidate--) {
            float clip = greatest * candidate / candidates;
            double error = squaredError(values, clip);
            if (error < least) {
                least = error;
                best = clip;
            }
        }
        return best;
    }

    private static double squaredError(float[] values, float clip) {
        float step = clip / LEVELS;
        double sum = 0;
        for (float value : values) {
            float inside = Math.max(-clip, Math.min(clip, value));
            float error = value - (float) Math.rint(inside / step) * step;
            sum += error * error;
        }
        return sum;
    }
}
