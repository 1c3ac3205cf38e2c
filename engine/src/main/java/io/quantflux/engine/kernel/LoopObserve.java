// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/** Observes with plain loops. */
final class LoopObserve implements ObserveKernel {
    /** Shorter stretches are looked at element by element. */
    private static final int WORTHWHILE = 128;

    private final ElementReader reader;
    private final float[] x;
    private final LoopFolds folds;
    private final LoopScratch scratch;
    private int count;

    LoopObserve(ElementReader reader) {
        this.reader = reader;
        x = reader.newChunk();
        folds = new LoopFolds(x.length);
        scratch = new LoopScratch(x.length);
    }

    @Override
    public void load(int start, int count) {
        this.count = count;
        reader.seek(start);
        reader.read(x, count);
    }

    @Override
    public void bounds(int from, int to, float[] min, float[] max, int block) {
        if (to - from < WORTHWHILE) {
            scalar(from, to, min, max, block);
            return;
        }
        min[block] = Math.min(min[block], folds.reduce(LoopFold.LEAST, x, from, to));
        max[block] = Math.max(max[block], folds.reduce(LoopFold.GREATEST, x, from, to));
    }

    private void scalar(int from, int to, float[] min, float[] max, int block) {
        float a = min[block];
        float b = max[block];
        for (int i = from; i < to; i++) {
            a = x[i] < a ? x[i] : a;
            b = x[i] > b ? x[i] : b;
        }
        min[block] = a;
        max[block] = b;
    }

    @Override
    public void boundsEach(int from, int to, float[] min, float[] max, int block) {
        int count = to - from;
        float[] values = scratch.fromZero(0, x, from, count);
        float[] least = scratch.fromZero(1, min, block, count);
        float[] greatest = scratch.fromZero(2, max, block, count);
        LoopFold.LEAST.fold(least, values, count);
        LoopFold.GREATEST.fold(greatest, values, count);
        if (block > 0) {
            System.arraycopy(least, 0, min, block, count);
            System.arraycopy(greatest, 0, max, block, count);
        }
    }

    @Override
    public double squares() {
        return LoopSums.squares(x, count);
    }

    @Override
    public double boundsAndSquares(float[] min, float[] max, int block) {
        bounds(0, count, min, max, block);
        return squares();
    }
}
