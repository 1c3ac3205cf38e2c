// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/**
 * Reductions as loops that take two arrays index by index, over and over until little is left: these the JIT compiler turns into vector
 * instructions, while it leaves reductions, and loops that read an array at two variable distances, as they are. Written out for each
 * operation, which would else be a call within the loop. Not thread-safe.
 */
final class LoopFolds {
    private static final int FEW = 64;
    private static final int QUARTER = ElementReader.CHUNK / 4;

    private final float[] folded;
    private final float[] others;

    /** For arrays of at most {@code elements}. */
    LoopFolds(int elements) {
        folded = new float[elements];
        others = new float[elements];
    }

    /** The least of a stretch, NaN if one is NaN; +∞ if it is empty. */
    float least(float[] x, int from, int to) {
        int left = to - from;
        if (left == ElementReader.CHUNK) {
            for (int i = 0; i < QUARTER; i++) {
                folded[i] = Math.min(Math.min(x[i], x[QUARTER + i]), Math.min(x[2 * QUARTER + i], x[3 * QUARTER + i]));
            }
            left = QUARTER;
        } else {
            System.arraycopy(x, from, folded, 0, left);
        }
        while (left > FEW) {
            left = halve(left, Float.POSITIVE_INFINITY);
            lesser(folded, others, left);
        }
        float least = Float.POSITIVE_INFINITY;
        for (int i = 0; i < left; i++) {
            least = Math.min(least, folded[i]);
        }
        return least;
    }

    /** The greatest of a stretch, NaN if one is NaN; −∞ if it is empty. */
    float greatest(float[] x, int from, int to) {
        int left = to - from;
        if (left == ElementReader.CHUNK) {
            for (int i = 0; i < QUARTER; i++) {
                folded[i] = Math.max(Math.max(x[i], x[QUARTER + i]), Math.max(x[2 * QUARTER + i], x[3 * QUARTER + i]));
            }
            left = QUARTER;
        } else {
            System.arraycopy(x, from, folded, 0, left);
        }
        while (left > FEW) {
            left = halve(left, Float.NEGATIVE_INFINITY);
            greater(folded, others, left);
        }
        float greatest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < left; i++) {
            greatest = Math.max(greatest, folded[i]);
        }
        return greatest;
    }

    /** How many of a stretch are 1; all others are 0, and it is no longer than float32 can count. */
    int ones(float[] marks, int from, int to) {
        int left = to - from;
        if (left == ElementReader.CHUNK) {
            for (int i = 0; i < QUARTER; i++) {
                folded[i] = (marks[i] + marks[QUARTER + i]) + (marks[2 * QUARTER + i] + marks[3 * QUARTER + i]);
            }
            left = QUARTER;
        } else {
            System.arraycopy(marks, from, folded, 0, left);
        }
        while (left > FEW) {
            left = halve(left, 0);
            add(folded, others, left);
        }
        float ones = 0;
        for (int i = 0; i < left; i++) {
            ones += folded[i];
        }
        return (int) ones;
    }

    /** Takes the upper half aside, as long as the lower one by way of {@code nothing}. */
    private int halve(int count, float nothing) {
        int half = count - count / 2;
        others[half - 1] = nothing;
        System.arraycopy(folded, half, others, 0, count - half);
        return half;
    }

    static void lesser(float[] x, float[] others, int count) {
        for (int i = 0; i < count; i++) {
            x[i] = Math.min(x[i], others[i]);
        }
    }

    static void greater(float[] x, float[] others, int count) {
        for (int i = 0; i < count; i++) {
            x[i] = Math.max(x[i], others[i]);
        }
    }

    private static void add(float[] x, float[] others, int count) {
        for (int i = 0; i < count; i++) {
            x[i] += others[i];
        }
    }
}
