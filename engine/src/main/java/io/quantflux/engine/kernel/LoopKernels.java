// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/**
 * Plain loops over arrays, in the forms that the JIT compiler turns into vector instructions by itself.
 *
 * <p>Those forms are particular: {@code Math.min} and {@code Math.max} instead of comparisons, one reduction a loop, and
 * rounding by adding and subtracting 1.5·2²³. The last is exact because it follows the clamp: it needs |t| ≤ 2²², and it
 * gives +0 for whatever rounds to zero.
 */
public final class LoopKernels implements Kernels {
    /** Adding this leaves no room for a fraction: float32's spacing is 1 from 2²³ to 2²⁴. */
    private static final float ROUND = 12582912f;

    @Override
    public float min(float[] x, int from, int to) {
        float min = Float.POSITIVE_INFINITY;
        for (int i = from; i < to; i++) {
            min = Math.min(min, x[i]);
        }
        return min;
    }

    @Override
    public float max(float[] x, int from, int to) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            max = Math.max(max, x[i]);
        }
        return max;
    }

    @Override
    public void minRow(float[] x, int from, int to, float[] min, int block) {
        int shift = block - from;
        for (int i = from; i < to; i++) {
            min[shift + i] = Math.min(min[shift + i], x[i]);
        }
    }

    @Override
    public void maxRow(float[] x, int from, int to, float[] max, int block) {
        int shift = block - from;
        for (int i = from; i < to; i++) {
            max[shift + i] = Math.max(max[shift + i], x[i]);
        }
    }

    @Override
    public double sumSquares(float[] x, int count) {
        double l0 = 0, l1 = 0, l2 = 0, l3 = 0, l4 = 0, l5 = 0, l6 = 0, l7 = 0;
        int i = 0;
        for (; i + 7 < count; i += 8) {
            l0 += (double) x[i] * x[i];
            l1 += (double) x[i + 1] * x[i + 1];
            l2 += (double) x[i + 2] * x[i + 2];
            l3 += (double) x[i + 3] * x[i + 3];
            l4 += (double) x[i + 4] * x[i + 4];
            l5 += (double) x[i + 5] * x[i + 5];
            l6 += (double) x[i + 6] * x[i + 6];
            l7 += (double) x[i + 7] * x[i + 7];
        }
        double[] lanes = {l0, l1, l2, l3, l4, l5, l6, l7};
        for (; i < count; i++) {
            lanes[i & 7] += (double) x[i] * x[i];
        }
        return sum(lanes);
    }

    @Override
    public double sumSquaredError(float[] x, float[] y, int count) {
        double l0 = 0, l1 = 0, l2 = 0, l3 = 0, l4 = 0, l5 = 0, l6 = 0, l7 = 0;
        int i = 0;
        for (; i + 7 < count; i += 8) {
            l0 += square((double) x[i] - y[i]);
            l1 += square((double) x[i + 1] - y[i + 1]);
            l2 += square((double) x[i + 2] - y[i + 2]);
            l3 += square((double) x[i + 3] - y[i + 3]);
            l4 += square((double) x[i + 4] - y[i + 4]);
            l5 += square((double) x[i + 5] - y[i + 5]);
            l6 += square((double) x[i + 6] - y[i + 6]);
            l7 += square((double) x[i + 7] - y[i + 7]);
        }
        double[] lanes = {l0, l1, l2, l3, l4, l5, l6, l7};
        for (; i < count; i++) {
            lanes[i & 7] += square((double) x[i] - y[i]);
        }
        return sum(lanes);
    }

    private static double square(double value) {
        return value * value;
    }

    private static double sum(double[] l) {
        return ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]));
    }

    @Override
    public int underflowed(float[] x, float[] y, int count) {
        int underflowed = 0;
        for (int i = 0; i < count; i++) {
            underflowed += nonZero(x[i]) & ~nonZero(y[i]);
        }
        return underflowed;
    }

    /** 1 or 0, without a branch: activations after a ReLU are half zeros, in no order. */
    private static int nonZero(float value) {
        int magnitude = Float.floatToRawIntBits(value) << 1;
        return (magnitude | -magnitude) >>> 31;
    }

    @Override
    public int clippedRun(float[] x, int from, int to, BlockParams params, int block) {
        float scale = params.scale()[block];
        float offset = params.offset()[block];
        float low = params.clipLow()[block];
        float high = params.clipHigh()[block];
        float min = (min(x, from, to) - offset) / scale;
        float max = (max(x, from, to) - offset) / scale;
        if (min >= low && max <= high) { // rounding is monotone, so the bounds speak for all
            return 0;
        }
        int clipped = 0;
        for (int i = from; i < to; i++) {
            float t = (x[i] - offset) / scale;
            if ((t < low || t > high) && Float.isFinite(x[i])) {
                clipped++;
            }
        }
        return clipped;
    }

    @Override
    public int clippedRow(float[] x, float[] scratch, int from, int to, BlockParams params, int block) {
        float[] scale = params.scale();
        float[] offset = params.offset();
        float[] low = params.clipLow();
        float[] high = params.clipHigh();
        int shift = block - from;
        for (int i = from; i < to; i++) {
            float t = (x[i] - offset[shift + i]) / scale[shift + i];
            scratch[i] = Math.max(t - high[shift + i], low[shift + i] - t);
        }
        if (max(scratch, from, to) <= 0) {
            return 0;
        }
        int clipped = 0;
        for (int i = from; i < to; i++) {
            if (scratch[i] > 0 && Float.isFinite(x[i])) {
                clipped++;
            }
        }
        return clipped;
    }

    @Override
    public QuantizeKernel zeroPoint() {
        return new ZeroPoint();
    }

    @Override
    public QuantizeKernel minval() {
        return new Minval();
    }

    @Override
    public QuantizeKernel minifloat(Minifloat format) {
        return new Cast(format);
    }

    private static final class ZeroPoint implements QuantizeKernel {
        @Override
        public void run(float[] x, float[] y, int from, int to, BlockParams params, int block) {
            float scale = params.scale()[block];
            float low = params.low()[block];
            float high = params.high()[block];
            for (int i = from; i < to; i++) {
                float t = Math.max(low, Math.min(high, x[i] / scale));
                y[i] = ((t + ROUND) - ROUND) * scale;
            }
        }

        @Override
        public void row(float[] x, float[] y, int from, int to, BlockParams params, int block) {
            float[] scale = params.scale();
            float[] low = params.low();
            float[] high = params.high();
            int shift = block - from;
            for (int i = from; i < to; i++) {
                float t = Math.max(low[shift + i], Math.min(high[shift + i], x[i] / scale[shift + i]));
                y[i] = ((t + ROUND) - ROUND) * scale[shift + i];
            }
        }
    }

    private static final class Minval implements QuantizeKernel {
        @Override
        public void run(float[] x, float[] y, int from, int to, BlockParams params, int block) {
            float scale = params.scale()[block];
            float offset = params.offset()[block];
            float low = params.low()[block];
            float high = params.high()[block];
            for (int i = from; i < to; i++) {
                float t = Math.max(low, Math.min(high, (x[i] - offset) / scale));
                y[i] = ((t + ROUND) - ROUND) * scale + offset;
            }
        }

        @Override
        public void row(float[] x, float[] y, int from, int to, BlockParams params, int block) {
            float[] scale = params.scale();
            float[] offset = params.offset();
            float[] low = params.low();
            float[] high = params.high();
            int shift = block - from;
            for (int i = from; i < to; i++) {
                float t = Math.max(
                        low[shift + i], Math.min(high[shift + i], (x[i] - offset[shift + i]) / scale[shift + i]));
                y[i] = ((t + ROUND) - ROUND) * scale[shift + i] + offset[shift + i];
            }
        }
    }

    private record Cast(Minifloat format) implements QuantizeKernel {
        @Override
        public void run(float[] x, float[] y, int from, int to, BlockParams params, int block) {
            float scale = params.scale()[block];
            float low = params.low()[block];
            float high = params.high()[block];
            for (int i = from; i < to; i++) {
                y[i] = format.round(Math.max(low, Math.min(high, x[i] / scale))) * scale;
            }
        }

        @Override
        public void row(float[] x, float[] y, int from, int to, BlockParams params, int block) {
            float[] scale = params.scale();
            float[] low = params.low();
            float[] high = params.high();
            int shift = block - from;
            for (int i = from; i < to; i++) {
                float t = Math.max(low[shift + i], Math.min(high[shift + i], x[i] / scale[shift + i]));
                y[i] = format.round(t) * scale[shift + i];
            }
        }
    }
}
