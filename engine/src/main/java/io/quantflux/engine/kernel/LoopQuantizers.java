// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/**
 * The three quantize kernels of {@link LoopKernels}.
 *
 * <p>Integers are rounded by adding and subtracting 1.5·2²³, which is exact because it follows the clamp: it needs |t| ≤ 2²²,
 * and it gives +0 for whatever rounds to zero.
 */
final class LoopQuantizers {
    /** Adding this leaves no room for a fraction: float32's spacing is 1 from 2²³ to 2²⁴. */
    private static final float ROUND = 12582912f;

    private LoopQuantizers() {}

    static final class ZeroPoint implements QuantizeKernel {
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
        public void each(float[] x, float[] y, int from, int to, BlockParams params) {
            float[] scale = params.scale();
            float[] low = params.low();
            float[] high = params.high();
            for (int i = from; i < to; i++) {
                float t = Math.max(low[i], Math.min(high[i], x[i] / scale[i]));
                y[i] = ((t + ROUND) - ROUND) * scale[i];
            }
        }
    }

    static final class Minval implements QuantizeKernel {
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
        public void each(float[] x, float[] y, int from, int to, BlockParams params) {
            float[] scale = params.scale();
            float[] offset = params.offset();
            float[] low = params.low();
            float[] high = params.high();
            for (int i = from; i < to; i++) {
                float t = Math.max(low[i], Math.min(high[i], (x[i] - offset[i]) / scale[i]));
                y[i] = ((t + ROUND) - ROUND) * scale[i] + offset[i];
            }
        }
    }

    record Cast(Minifloat format) implements QuantizeKernel {
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
        public void each(float[] x, float[] y, int from, int to, BlockParams params) {
            float[] scale = params.scale();
            float[] low = params.low();
            float[] high = params.high();
            for (int i = from; i < to; i++) {
                y[i] = format.round(Math.max(low[i], Math.min(high[i], x[i] / scale[i]))) * scale[i];
            }
        }
    }
}
