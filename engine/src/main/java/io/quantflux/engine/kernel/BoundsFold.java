// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import java.util.Arrays;

/** Gathers the bounds of each region, and the squares of each chunk, chunk after chunk. */
@FunctionalInterface
interface BoundsFold {
    /** Takes the chunk that the kernel has loaded, which stands at {@code start} in the tensor; returns its Σx². */
    double add(int start, int count);

    /** Completes the bounds. */
    default void finish() {}

    /**
     * The cheapest way for a layout, from the chunk at {@code start} on; {@code min} and {@code max} are those of regions, and hold ±∞
     * at first.
     */
    static BoundsFold of(BlockLayout layout, int start, ObserveKernel kernel, float[] min, float[] max) {
        if (layout.blocks() == 1) {
            return (at, count) -> kernel.boundsAndSquares(min, max, layout.region(at, 0));
        }
        if (layout.inner() < QuantizePass.LONG && layout.repeatsEvery(ElementReader.CHUNK)) {
            return new ByPosition(layout, kernel, min, max);
        }
        return new ByStretch(layout.run(), layout.walk(start), kernel, min, max);
    }

    /** A reduction for each stretch. */
    @SuppressWarnings("ArrayRecordComponent")
    record ByStretch(int run, BlockLayout.Walk walk, ObserveKernel kernel, float[] min, float[] max)
            implements BoundsFold {
        @Override
        public double add(int start, int count) {
            int end = start + count;
            while (walk.next(end)) {
                int from = walk.from() - start;
                int to = walk.to() - start;
                if (run == 1) {
                    kernel.boundsEach(from, to, min, max, walk.block());
                } else if (run < to - from) {
                    kernel.boundsRuns(from, to, run, min, max, walk.block());
                } else if (to - from == count) {
                    return kernel.boundsAndSquares(min, max, walk.block());
                } else {
                    kernel.bounds(from, to, min, max, walk.block());
                }
            }
            return kernel.squares();
        }
    }

    /** Where stretches are short and each chunk has the same sequence: bounds of each position, reduced once at the end. */
    final class ByPosition implements BoundsFold {
        private final BlockLayout layout;
        private final ObserveKernel kernel;
        private final float[] min;
        private final float[] max;
        private final float[] lanesMin;
        private final float[] lanesMax;

        ByPosition(BlockLayout layout, ObserveKernel kernel, float[] min, float[] max) {
            this.layout = layout;
            this.kernel = kernel;
            this.min = min;
            this.max = max;
            int chunk = (int) Math.min(ElementReader.CHUNK, layout.tensor().elements());
            lanesMin = new float[chunk];
            lanesMax = new float[chunk];
            Arrays.fill(lanesMin, Float.POSITIVE_INFINITY);
            Arrays.fill(lanesMax, Float.NEGATIVE_INFINITY);
        }

        @Override
        public double add(int start, int count) {
            kernel.boundsEach(0, count, lanesMin, lanesMax, 0);
            return kernel.squares();
        }

        @Override
        public void finish() {
            BlockLayout.Walk walk = layout.walk();
            while (walk.next(lanesMin.length)) {
                for (int i = walk.from(); i < walk.to(); i++) {
                    int block = walk.blockOf(i);
                    min[block] = lanesMin[i] < min[block] ? lanesMin[i] : min[block];
                    max[block] = lanesMax[i] > max[block] ? lanesMax[i] : max[block];
                }
            }
        }
    }
}
