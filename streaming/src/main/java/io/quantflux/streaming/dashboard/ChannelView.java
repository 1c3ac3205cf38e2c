// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.avro.QParamsUpdate;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.QParams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a tensor side by side, channels as a rule: range and scale of each, which never showed anything, and which
 * dwarf the others.
 *
 * @param shape blocks along each axis
 * @param stride blocks that one entry of the arrays stands for
 * @param min lower end of the running range; of the entry's blocks, the least
 * @param max upper end; the greatest
 * @param scale the greatest
 * @param dead blocks whose range is at most a millionth of the median block's, the first {@value #NAMED} of them
 * @param outliers blocks whose range is at least {@value #OUTLIER} times the median block's, the first {@value #NAMED}
 */
@SuppressWarnings("ArrayRecordComponent") // numbers to draw: nobody compares them
record ChannelView(
        String shape,
        int blocks,
        int stride,
        float[] min,
        float[] max,
        float[] scale,
        int deadCount,
        List<Integer> dead,
        int outlierCount,
        List<Integer> outliers) {
    private static final int ENTRIES = 512;
    private static final int NAMED = 24;
    private static final float DEAD = 1e-6f;
    private static final float OUTLIER = 4;

    /** {@code null} where a single range rules the whole tensor, or none is kept. */
    static @Nullable ChannelView of(QParamsUpdate update) {
        QParams qparams = update.qparams();
        FloatArray low = update.runningMin();
        FloatArray high = update.runningMax();
        if (qparams == null || low == null || high == null || low.size() < 2 || low.size() != high.size()) {
            return null;
        }
        int blocks = low.size();
        int stride = (blocks + ENTRIES - 1) / ENTRIES;
        int entries = (blocks + stride - 1) / stride;
        float[] min = filled(entries, Float.POSITIVE_INFINITY);
        float[] max = filled(entries, Float.NEGATIVE_INFINITY);
        float[] scale = new float[entries];
        float[] reach = new float[blocks];
        boolean scales = qparams.scale().size() == blocks;
        for (int i = 0; i < blocks; i++) {
            int entry = i / stride;
            min[entry] = Math.min(min[entry], low.get(i));
            max[entry] = Math.max(max[entry], high.get(i));
            scale[entry] = Math.max(scale[entry], qparams.scale().get(scales ? i : 0));
            reach[i] = Math.max(Math.abs(low.get(i)), Math.abs(high.get(i)));
        }
        float[] sorted = reach.clone();
        Arrays.sort(sorted);
        float median = sorted[blocks / 2];
        List<Integer> dead = new ArrayList<>();
        List<Integer> outliers = new ArrayList<>();
        for (int i = 0; i < blocks; i++) {
            if (reach[i] <= median * DEAD) {
                dead.add(i);
            } else if (median > 0 && reach[i] >= median * OUTLIER) {
                outliers.add(i);
            }
        }
        return new ChannelView(
                low.shape().toString(),
                blocks,
                stride,
                min,
                max,
                scale,
                dead.size(),
                first(dead),
                outliers.size(),
                first(outliers));
    }

    private static float[] filled(int size, float value) {
        float[] array = new float[size];
        Arrays.fill(array, value);
        return array;
    }

    private static List<Integer> first(List<Integer> all) {
        return List.copyOf(all.subList(0, Math.min(NAMED, all.size())));
    }
}
