// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorStatistics.NonFinite;
import java.util.Arrays;

/**
 * What one pass over a tensor sees: bounds of each block, and of the whole the sum of squares and what is not finite.
 *
 * <p>Chunks of {@value ElementReader#CHUNK} elements are summed one by one in row-major order, whatever the layout, so that
 * a sum depends on the data alone; within a chunk the order is that of {@link Sums}. Chunks add up to the sums of parts, see
 * {@link Parallelism}, and those to the whole.
 */
public final class Observation {
    private final BlockLayout layout;
    private final float[] regionMin;
    private final float[] regionMax;
    private float[] blockMin;
    private float[] blockMax;
    private float min = Float.POSITIVE_INFINITY;
    private float max = Float.NEGATIVE_INFINITY;
    private double sumSquares;
    private long nan;
    private long positive;
    private long negative;
    private long first = -1;

    private Observation(BlockLayout layout) {
        this.layout = layout;
        regionMin = new float[layout.regions()];
        regionMax = new float[layout.regions()];
        Arrays.fill(regionMin, Float.POSITIVE_INFINITY);
        Arrays.fill(regionMax, Float.NEGATIVE_INFINITY);
        blockMin = regionMin;
        blockMax = regionMax;
    }

    /** A question about bounds. */
    @FunctionalInterface
    public interface BoundsTest {
        /**
         * {@return the answer}
         *
         * @param min least value
         * @param max greatest value
         * @param block the block they were seen in
         */
        boolean test(float min, float max, int block);
    }

    /**
     * Reads a tensor once; twice if it has NaN or infinities.
     *
     * @param tensor float32, float16 or bfloat16, with at least one element
     * @param layout of the tensor's shape
     * @param kernels the loops to use; they do not change the result
     * @param parallelism who shares the work; nor does this
     * @return what has been seen
     */
    public static Observation of(Tensor tensor, BlockLayout layout, Kernels kernels, Parallelism parallelism) {
        Observation seen = new Observation(layout);
        Parts parts = Parts.of(tensor.elements(), parallelism);
        double[] squares = new double[parts.count()];
        if (parts.tasks() == 1) {
            seen.observe(tensor, kernels, parts, 0, squares);
        } else {
            Observation[] partial = new Observation[parts.tasks()];
            parallelism.run(parts.tasks(), task -> {
                partial[task] = new Observation(layout);
                partial[task].observe(tensor, kernels, parts, task, squares);
            });
            for (Observation each : partial) {
                seen.merge(each);
            }
        }
        for (double part : squares) {
            seen.sumSquares += part;
        }
        seen.wholeBounds();
        if (seen.first >= 0) {
            seen.boundsWithNonFinite(tensor);
        }
        return seen;
    }

    private void observe(Tensor tensor, Kernels kernels, Parts parts, int task, double[] squares) {
        ObserveKernel kernel = kernels.observe(tensor);
        BoundsFold fold = BoundsFold.of(layout, parts.start(parts.firstOf(task)), kernel, regionMin, regionMax);
        for (int part = parts.firstOf(task); part < parts.firstOf(task + 1); part++) {
            int end = parts.start(part + 1);
            for (int start = parts.start(part); start < end; start += ElementReader.CHUNK) {
                int count = Math.min(ElementReader.CHUNK, end - start);
                kernel.load(start, count);
                double chunk = fold.add(start, count);
                squares[part] += Sums.trusted(chunk) ? chunk : exactly(tensor, start, count);
            }
        }
        fold.finish();
    }

    /** Counts what is not finite, and sums the squares of the rest in float64. */
    private double exactly(Tensor tensor, int start, int count) {
        ElementReader reader = new ElementReader(tensor);
        float[] x = reader.newChunk();
        reader.seek(start);
        reader.read(x, count);
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
            }
        }
        return Sums.exact(x, x, count);
    }

    /** Takes in what a later part of the tensor has shown. */
    private void merge(Observation later) {
        for (int region = 0; region < regionMin.length; region++) {
            regionMin[region] = Math.min(regionMin[region], later.regionMin[region]);
            regionMax[region] = Math.max(regionMax[region], later.regionMax[region]);
        }
        nan += later.nan;
        positive += later.positive;
        negative += later.negative;
        first = first < 0 ? later.first : first;
    }

    private void wholeBounds() {
        for (int region = 0; region < regionMin.length; region++) {
            regionMin[region] += 0f; // −0 becomes +0, so that bounds do not depend on the order of zeros
            regionMax[region] += 0f;
            min = Math.min(min, regionMin[region]);
            max = Math.max(max, regionMax[region]);
        }
        if (layout.blocks() == 1) {
            blockMin = new float[] {min};
            blockMax = new float[] {max};
        }
    }

    /** The whole's bounds over finite elements alone, and NaN into the bounds of every block that has one. */
    private void boundsWithNonFinite(Tensor tensor) {
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
                        int block = walk.blockOf(i);
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

    /** {@return the least value of each block, NaN where one is NaN; a zero is +0; not to be written to} */
    public float[] blockMin() {
        return blockMin;
    }

    /** {@return the greatest value of each block, NaN where one is NaN; a zero is +0; not to be written to} */
    public float[] blockMax() {
        return blockMax;
    }

    /**
     * Asks a question about each region: each block, or each {@link ElementReader#CHUNK} elements of a tensor that is a single block.
     *
     * @param question its answer for a region that holds a NaN says nothing
     * @return as many answers as the layout has regions
     */
    public boolean[] regionsWhere(BoundsTest question) {
        boolean[] answers = new boolean[regionMin.length];
        for (int region = 0; region < answers.length; region++) {
            int block = layout.blocks() == 1 ? 0 : region;
            answers[region] = question.test(regionMin[region], regionMax[region], block);
        }
        return answers;
    }

    /** {@return the least finite element, +∞ if there is none; a zero is +0} */
    public float min() {
        return min;
    }

    /** {@return the greatest finite element, −∞ if there is none; a zero is +0} */
    public float max() {
        return max;
    }

    /** {@return Σx² over finite elements, with the relative error of {@link Sums}} */
    public double sumSquares() {
        return sumSquares;
    }

    /** {@return how many elements are no finite number, and where the first one is} */
    public NonFinite nonFinite() {
        return first < 0 ? NonFinite.NONE : new NonFinite(nan, positive, negative, first);
    }
}
