// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/** Observes with plain loops. */
final class LoopObserve implements ObserveKernel {
    private static final int FEW = 64;

    private final ElementReader reader;
    private final float[] x;
    private final float[] least;
    private final float[] greatest;
    private int count;

    LoopObserve(ElementReader reader) {
        this.reader = reader;
        x = reader.newChunk();
        least = new float[x.length / 2 + 1];
        greatest = new float[x.length / 2 + 1];
    }

    @Override
    public void load(int start, int count) {
        this.count = count;
        reader.seek(start);
        reader.read(x, count);
    }

    @Override
    public void bounds(int from, int to, float[] min, float[] max, int block) {
        int half = (to - from) / 2;
        if (half < FEW) {
            scalar(from, to, min, max, block);
            return;
        }
        int middle = from + half;
        for (int i = 0; i < half; i++) {
            least[i] = Math.min(x[from + i], x[middle + i]);
            greatest[i] = Math.max(x[from + i], x[middle + i]);
        }
        scalar(from + 2 * half, to, min, max, block);
        int left = half;
        while (left > FEW) {
            int odd = left & 1;
            left /= 2;
            for (int i = 0; i < left; i++) {
                least[i] = Math.min(least[i], least[left + odd + i]);
                greatest[i] = Math.max(greatest[i], greatest[left + odd + i]);
            }
            left += odd;
        }
        boundsOfFew(from, to, left, min, max, block);
    }

    private void boundsOfFew(int from, int to, int left, float[] min, float[] max, int block) {
        float a = Float.POSITIVE_INFINITY;
        float b = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < left; i++) {
            a = Math.min(a, least[i]);
            b = Math.max(b, greatest[i]);
        }
        if (Float.isNaN(a)) { // Math.min spreads it
            scalar(from, to, min, max, block);
            return;
        }
        min[block] = Math.min(min[block], a);
        max[block] = Math.max(max[block], b);
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
        int shift = block - from;
        for (int i = from; i < to; i++) {
            min[shift + i] = Math.min(min[shift + i], x[i]);
        }
        for (int i = from; i < to; i++) {
            max[shift + i] = Math.max(max[shift + i], x[i]);
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
