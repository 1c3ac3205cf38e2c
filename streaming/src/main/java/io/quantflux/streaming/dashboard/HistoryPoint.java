// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.avro.QParamsUpdate;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.IntArray;
import io.quantflux.spec.QParams;
import org.jspecify.annotations.Nullable;

/** What a history keeps of a stretch of steps, one float a column, NaN where there is nothing to show. */
final class HistoryPoint {
    private HistoryPoint() {}

    /** The columns, and how two neighbours become one. */
    enum Column {
        RUNNING_MIN(Merge.LAST),
        RUNNING_MAX(Merge.LAST),
        LIMIT_MIN(Merge.LAST),
        LIMIT_MAX(Merge.LAST),
        SCALE_MIN(Merge.LAST),
        SCALE_MAX(Merge.LAST),
        ZERO_POINT_MIN(Merge.LAST),
        ZERO_POINT_MAX(Merge.LAST),
        BATCH_MIN(Merge.LEAST),
        BATCH_MAX(Merge.GREATEST),
        SQNR(Merge.MEAN),
        CLIPPED(Merge.MEAN),
        UNDERFLOWED(Merge.MEAN),
        NON_FINITE(Merge.SUM);

        static final Column[] ALL = values();
        static final int COUNT = ALL.length;

        private final Merge merge;

        Column(Merge merge) {
            this.merge = merge;
        }

        float merge(float earlier, float later) {
            if (Float.isNaN(earlier) || Float.isNaN(later)) {
                return Float.isNaN(later) ? earlier : later;
            }
            return switch (merge) {
                case LAST -> later;
                case LEAST -> Math.min(earlier, later);
                case GREATEST -> Math.max(earlier, later);
                case MEAN -> (earlier + later) / 2;
                case SUM -> earlier + later;
            };
        }
    }

    private enum Merge {
        LAST,
        LEAST,
        GREATEST,
        MEAN,
        SUM
    }

    /** The point of what {@code seen} has gathered up to {@code newest}; over all blocks, least and greatest. */
    static float[] of(QParamsUpdate newest, Gathered seen) {
        float[] point = new float[Column.COUNT];
        QParams qparams = newest.qparams();
        put(point, Column.RUNNING_MIN, least(newest.runningMin()));
        put(point, Column.RUNNING_MAX, greatest(newest.runningMax()));
        Limits limits = Limits.of(newest.spec(), qparams);
        put(point, Column.LIMIT_MIN, limits.min());
        put(point, Column.LIMIT_MAX, limits.max());
        put(point, Column.SCALE_MIN, qparams == null ? Float.NaN : least(qparams.scale()));
        put(point, Column.SCALE_MAX, qparams == null ? Float.NaN : greatest(qparams.scale()));
        IntArray zeroPoint = qparams == null ? null : qparams.zeroPoint();
        put(point, Column.ZERO_POINT_MIN, least(zeroPoint));
        put(point, Column.ZERO_POINT_MAX, greatest(zeroPoint));
        put(point, Column.BATCH_MIN, seen.min());
        put(point, Column.BATCH_MAX, seen.max());
        put(point, Column.SQNR, (float) seen.sqnr());
        put(point, Column.CLIPPED, (float) seen.clippedShare());
        put(point, Column.UNDERFLOWED, (float) seen.underflowedShare());
        put(point, Column.NON_FINITE, (float) seen.nonFinite());
        return point;
    }

    @SuppressWarnings("EnumOrdinal") // the order of the columns in memory, and nowhere else
    private static void put(float[] point, Column column, float value) {
        point[column.ordinal()] = value;
    }

    static float least(@Nullable FloatArray values) {
        float least = Float.NaN;
        for (int i = 0; values != null && i < values.size(); i++) {
            least = i == 0 ? values.get(i) : Math.min(least, values.get(i));
        }
        return least;
    }

    static float greatest(@Nullable FloatArray values) {
        float greatest = Float.NaN;
        for (int i = 0; values != null && i < values.size(); i++) {
            greatest = i == 0 ? values.get(i) : Math.max(greatest, values.get(i));
        }
        return greatest;
    }

    private static float least(@Nullable IntArray values) {
        float least = Float.NaN;
        for (int i = 0; values != null && i < values.size(); i++) {
            least = i == 0 ? values.get(i) : Math.min(least, values.get(i));
        }
        return least;
    }

    private static float greatest(@Nullable IntArray values) {
        float greatest = Float.NaN;
        for (int i = 0; values != null && i < values.size(); i++) {
            greatest = i == 0 ? values.get(i) : Math.max(greatest, values.get(i));
        }
        return greatest;
    }
}
