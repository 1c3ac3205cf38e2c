// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.streaming.dashboard.HistoryPoint.Column;
import java.util.Arrays;

/**
 * A tensor's past over training steps, in bounded memory: when it is full, neighbouring points are merged two by two, so
 * that the older a point is, the more steps it stands for.
 *
 * <p>A point takes {@value #POINT_BYTES} bytes. Not thread-safe.
 */
final class TensorHistory {
    static final int POINT_BYTES = 64;
    private static final int FIRST_CAPACITY = 8;

    private long[] steps = new long[FIRST_CAPACITY];
    private float[] values = new float[FIRST_CAPACITY * Column.COUNT];
    private int size;

    /**
     * Appends a point. One of the newest step replaces that; an earlier step, as of a training that starts again, first
     * takes away what lies after it.
     *
     * @param limit points to keep at most, at least 2; may be lower than before
     */
    void add(long step, float[] point, int limit) {
        while (size > 0 && steps[size - 1] >= step) {
            size--;
        }
        while (size >= limit) {
            mergePairs();
        }
        if (size == steps.length) {
            resize(Math.min(limit, size * 2));
        }
        steps[size] = step;
        System.arraycopy(point, 0, values, size * Column.COUNT, Column.COUNT);
        size++;
    }

    private void mergePairs() {
        int merged = 0;
        for (int i = 0; i < size; i += 2, merged++) {
            int later = Math.min(i + 1, size - 1);
            for (Column column : Column.ALL) {
                values[at(merged, column)] = i == later
                        ? values[at(i, column)]
                        : column.merge(values[at(i, column)], values[at(later, column)]);
            }
            steps[merged] = steps[later];
        }
        size = merged;
        resize(Math.max(FIRST_CAPACITY, size + size / 2));
    }

    private void resize(int capacity) {
        steps = Arrays.copyOf(steps, Math.max(capacity, size));
        values = Arrays.copyOf(values, steps.length * Column.COUNT);
    }

    @SuppressWarnings("EnumOrdinal") // the order of the columns in memory, and nowhere else
    private static int at(int index, Column column) {
        return index * Column.COUNT + column.ordinal();
    }

    int size() {
        return size;
    }

    /** The last step of each point, oldest first. */
    long[] steps() {
        return Arrays.copyOf(steps, size);
    }

    /** One column, oldest first. */
    float[] column(Column column) {
        float[] result = new float[size];
        for (int i = 0; i < size; i++) {
            result[i] = values[at(i, column)];
        }
        return result;
    }

    /** The newest value of a column at {@code step} or before, NaN if the history does not reach back so far. */
    float before(long step, Column column) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (steps[middle] <= step) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? Float.NaN : values[at(low - 1, column)];
    }

    /** The newest value of a column, NaN if there is none. */
    float newest(Column column) {
        return size == 0 ? Float.NaN : values[at(size - 1, column)];
    }

    /** At most {@code count} values of a column, evenly spaced, the newest included. */
    float[] outline(Column column, int count) {
        int points = Math.min(count, size);
        float[] result = new float[points];
        for (int i = 0; i < points; i++) {
            int index = points == 1 ? size - 1 : (int) ((long) i * (size - 1) / (points - 1));
            result[i] = values[at(index, column)];
        }
        return result;
    }
}
