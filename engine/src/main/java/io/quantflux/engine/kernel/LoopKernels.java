// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/**
 * Plain loops over arrays, in the forms that the JIT compiler turns into vector instructions by itself.
 *
 * <p>Those forms are particular: {@code Math.min} and {@code Math.max} element by element, one index for all arrays, and counts
 * as arithmetic. Reductions are not vectorized reliably, and {@code Math.min} as a reduction branches on equal values, of
 * which activations after a ReLU are full: there it is comparisons.
 */
public final class LoopKernels implements Kernels {
    /** Twice times this turns any non-zero float32, subnormals too, into 1 or more. */
    private static final float HUGE = 0x1p127f;
    /** Times this, any distance from a clip limit that float32 can show is 1 or more. */
    private static final float LARGE = 0x1p30f;

    @Override
    public float min(float[] x, int from, int to) {
        float a = Float.POSITIVE_INFINITY;
        float b = a;
        float c = a;
        float d = a;
        int i = from;
        for (; i + 3 < to; i += 4) {
            a = x[i] < a ? x[i] : a;
            b = x[i + 1] < b ? x[i + 1] : b;
            c = x[i + 2] < c ? x[i + 2] : c;
            d = x[i + 3] < d ? x[i + 3] : d;
        }
        for (; i < to; i++) {
            a = x[i] < a ? x[i] : a;
        }
        return Math.min(Math.min(a, b), Math.min(c, d));
    }

    @Override
    public float max(float[] x, int from, int to) {
        float a = Float.NEGATIVE_INFINITY;
        float b = a;
        float c = a;
        float d = a;
        int i = from;
        for (; i + 3 < to; i += 4) {
            a = x[i] > a ? x[i] : a;
            b = x[i + 1] > b ? x[i + 1] : b;
            c = x[i + 2] > c ? x[i + 2] : c;
            d = x[i + 3] > d ? x[i + 3] : d;
        }
        for (; i < to; i++) {
            a = x[i] > a ? x[i] : a;
        }
        return Math.max(Math.max(a, b), Math.max(c, d));
    }

    @Override
    public void minEach(float[] x, int from, int to, float[] min, int at) {
        int shift = at - from;
        for (int i = from; i < to; i++) {
            min[shift + i] = Math.min(min[shift + i], x[i]);
        }
    }

    @Override
    public void maxEach(float[] x, int from, int to, float[] max, int at) {
        int shift = at - from;
        for (int i = from; i < to; i++) {
            max[shift + i] = Math.max(max[shift + i], x[i]);
        }
    }

    @Override
    public double sumSquares(float[] x, int count) {
        double l0 = 0;
        double l1 = 0;
        double l2 = 0;
        double l3 = 0;
        double l4 = 0;
        double l5 = 0;
        double l6 = 0;
        double l7 = 0;
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
        double[] l = {l0, l1, l2, l3, l4, l5, l6, l7};
        for (; i < count; i++) {
            l[i & 7] += (double) x[i] * x[i];
        }
        return ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]));
    }

    @Override
    public void difference(float[] x, float[] y, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = x[i] - y[i];
        }
    }

    @Override
    public void countUnderflowed(float[] x, float[] y, int count, float[] counts) {
        for (int i = 0; i < count; i++) {
            float was = Math.min(Math.abs(x[i]) * HUGE * HUGE, 1f);
            float is = Math.min(Math.abs(y[i]) * HUGE * HUGE, 1f);
            counts[i] += was - was * is;
        }
    }

    @Override
    public void countClipped(float[] x, int from, int to, BlockParams params, int block, float[] counts) {
        float scale = params.scale()[block];
        float offset = params.offset()[block];
        float low = params.low()[block] - params.margin();
        float high = params.high()[block] + params.margin();
        for (int i = from; i < to; i++) {
            float t = (x[i] - offset) / scale;
            float beyond = Math.max(Math.max(t - high, low - t), 0f);
            counts[i] += Math.min(beyond * LARGE, 1f);
        }
    }

    @Override
    public void countClippedEach(float[] x, int from, int to, BlockParams params, float[] counts) {
        float[] scale = params.scale();
        float[] offset = params.offset();
        float[] low = params.low();
        float[] high = params.high();
        float margin = params.margin();
        for (int i = from; i < to; i++) {
            float t = (x[i] - offset[i]) / scale[i];
            float beyond = Math.max(Math.max(t - (high[i] + margin), (low[i] - margin) - t), 0f);
            counts[i] += Math.min(beyond * LARGE, 1f);
        }
    }

    @Override
    public QuantizeKernel zeroPoint() {
        return new LoopQuantizers.ZeroPoint();
    }

    @Override
    public QuantizeKernel minval() {
        return new LoopQuantizers.Minval();
    }

    @Override
    public QuantizeKernel minifloat(Minifloat format) {
        return new LoopQuantizers.Cast(format);
    }
}
