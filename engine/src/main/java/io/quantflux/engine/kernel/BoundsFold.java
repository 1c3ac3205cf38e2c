// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import java.util.Arrays;

/** Gathers the bounds of each block, chunk after chunk. */
interface BoundsFold {
    /** Takes the first {@code count} elements of {@code x}, which stand at {@code start} in the tensor. */
    void add(float[] x, int start, int count);

    /** Completes the bounds. */
    void finish();

    /** The cheapest way for a layout; {@code min} and {@code max} are to be filled with ±∞ before. */
    static BoundsFold of(BlockLayout layout, Kernels kernels, float[] min, float[] max) {
        return layout.repeatsEvery(ElementReader.CHUNK)
                ? new ByPosition(layout, kernels, min, max)
                : new ByStretch(layout, layout.walk(), kernels, min, max);
    }

    /** A reduction for each stretch. */
    @SuppressWarnings("ArrayRecordComponent")
    record ByStretch(BlockLayout layout, BlockLayout.Walk walk, Kernels kernels, float[] min, float[] max)
            implements BoundsFold {
        @Override
        public void add(float[] x, int start, int count) {
            while (walk.next(start + count)) {
                int from = walk.from() - start;
                int to = walk.to() - start;
                int block = walk.block();
                if (layout.rows()) {
                    kernels.minEach(x, from, to, min, block);
                    kernels.maxEach(x, from, to, max, block);
                } else {
                    min[block] = Math.min(min[block], kernels.min(x, from, to));
                    max[block] = Math.max(max[block], kernels.max(x, from, to));
                }
            }
        }

        @Override
        public void finish() {}
    }

    /** Where each chunk has the same sequence of blocks: bounds of each position, reduced once at the end. */
    final class ByPosition implements BoundsFold {
        private final BlockLayout layout;
        private final Kernels kernels;
        private final float[] min;
        private final float[] max;
        private final float[] lanesMin;
        private final float[] lanesMax;

        ByPosition(BlockLayout layout, Kernels kernels, float[] min, float[] max) {
            this.layout = layout;
            this.kernels = kernels;
            this.min = min;
            this.max = max;
            int chunk = (int) Math.min(ElementReader.CHUNK, layout.tensor().elements());
            lanesMin = new float[chunk];
            lanesMax = new float[chunk];
            Arrays.fill(lanesMin, Float.POSITIVE_INFINITY);
            Arrays.fill(lanesMax, Float.NEGATIVE_INFINITY);
        }

        @Override
        public void add(float[] x, int start, int count) {
            kernels.minEach(x, 0, count, lanesMin, 0);
            kernels.maxEach(x, 0, count, lanesMax, 0);
        }

        @Override
        public void finish() {
            float[] unused = new float[min.length];
            new ByStretch(layout, layout.walk(), kernels, min, unused).add(lanesMin, 0, lanesMin.length);
            new ByStretch(layout, layout.walk(), kernels, unused, max).add(lanesMax, 0, lanesMax.length);
        }
    }
}
