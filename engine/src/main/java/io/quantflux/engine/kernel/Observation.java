// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorStatistics.NonFinite;
import java.util.Arrays;

/**
 * What one pass over a tensor sees: bounds of each block, and of the whole the sum of squares and what is not finite.
 *
 * <p>Chunks of {@value ElementReader#CHUNK} elements are summed one by one in row-major order, whatever the layout, so that
 * a sum depends on the data alone; within a chunk the order is that of {@link Kernels}.
 */
public final class Observation {
    private final float[] blockMin;
    private final float[] blockMax;
    private float min = Float.POSITIVE_INFINITY;
    private float max = Float.NEGATIVE_INFINITY;
    private double sumSquares;
    private long nan;
    private long positive;
    private long negative;
    private long first = -1;

    private Observation(int blocks) {
        blockMin = new float[blocks];
        blockMax = new float[blocks];
        Arrays.fill(blockMin, Float.POSITIVE_INFINITY);
        Arrays.fill(blockMax, Float.NEGATIVE_INFINITY);
    }

    public static Observation of(Tensor tensor, BlockLayout layout, Kernels kernels) {
        Observation seen = new Observation(layout.blocks());
        ElementReader reader = new ElementReader(tensor);
        BoundsFold fold = BoundsFold.of(layout, kernels, seen.blockMin, seen.blockMax);
        float[] x = reader.newChunk();
        int start = 0;
        for (int count = reader.read(x); count > 0; count = reader.read(x)) {
            fold.add(x, start, count);
            double squares = kernels.sumSquares(x, count);
            seen.sumSquares += Double.isFinite(squares) ? squares : seen.withoutNonFinite(kernels, x, count, start);
            start += count;
        }
        fold.finish();
        seen.wholeBounds();
        if (seen.first >= 0) {
            seen.boundsWithNonFinite(tensor, layout);
        }
        return seen;
    }

    /** Counts what is not finite, replaces it by zero, and sums again. */
    private double withoutNonFinite(Kernels kernels, float[] x, int count, int start) {
        for (int i = 0; i < count; i++) {
            if (!Float.isFinite(x[i])) {
                if (Float.isNaN(x[i])) {
                    nan++;
                } else if (x[i] > 0) {
                    positive++;
                } else {
                    negative++;
                }
                if (first < 0) {
                    first = (long) start + i;
                }
                x[i] = 0;
            }
        }
        return kernels.sumSquares(x, count);
    }

    private void wholeBounds() {
        for (int block = 0; block < blockMin.length; block++) {
            blockMin[block] += 0f; // −0 becomes +0, so that bounds do not depend on the order of zeros
            blockMax[block] += 0f;
            min = Math.min(min, blockMin[block]);
            max = Math.max(max, blockMax[block]);
        }
    }

    /** The whole's bounds over finite elements alone, and NaN into the bounds of every block that has one. */
    private void boundsWithNonFinite(Tensor tensor, BlockLayout layout) {
        min = Float.POSITIVE_INFINITY;
        max = Float.NEGATIVE_INFINITY;
        ElementReader reader = new ElementReader(tensor);
        BlockLayout.Walk walk = layout.walk();
        float[] x = reader.newChunk();
        int start = 0;
        for (int count = reader.read(x); count > 0; count = reader.read(x)) {
            while (walk.next(start + count)) {
                for (int i = walk.from(); i < walk.to(); i++) {
                    float value = x[i - start];
                    if (Float.isNaN(value)) {
                        int block = walk.block() + (layout.rows() ? i - walk.from() : 0);
                        blockMin[block] = Float.NaN;
                        blockMax[block] = Float.NaN;
                    } else if (Float.isFinite(value)) {
                        min = Math.min(min, value + 0f);
                        max = Math.max(max, value + 0f);
                    }
                }
            }
            start += count;
        }
    }

    /** Least value of each block, NaN where one is NaN; a zero is +0. Not to be written to. */
    public float[] blockMin() {
        return blockMin;
    }

    /** Greatest value of each block, NaN where one is NaN; a zero is +0. Not to be written to. */
    public float[] blockMax() {
        return blockMax;
    }

    /** Least finite element, +∞ if there is none. */
    public float min() {
        return min;
    }

    /** Greatest finite element, −∞ if there is none. */
    public float max() {
        return max;
    }

    /** Σx² over finite elements. */
    public double sumSquares() {
        return sumSquares;
    }

    public NonFinite nonFinite() {
        return first < 0 ? NonFinite.NONE : new NonFinite(nan, positive, negative, first);
    }
}
