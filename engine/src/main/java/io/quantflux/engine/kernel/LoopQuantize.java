// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/** Quantizes with plain loops. */
abstract class LoopQuantize implements QuantizeKernel {
    /** Twice times this turns any non-zero float32, subnormals too, into 1 or more. */
    private static final float HUGE = 0x1p127f;
    /** Times this, any distance from a clip limit that float32 can show is 1 or more. */
    private static final float LARGE = 0x1p30f;

    private final ElementReader reader;
    private final ElementWriter writer;
    final float[] x;
    final float[] y;
    private final float[] marks;
    private final LoopFolds folds;
    private final LoopScratch scratch;
    private int start;
    private int count;
    private long clipped;
    private long underflowed;

    LoopQuantize(ElementReader reader, ElementWriter writer) {
        this.reader = reader;
        this.writer = writer;
        x = reader.newChunk();
        y = reader.newChunk();
        marks = reader.newChunk();
        folds = new LoopFolds(marks.length);
        scratch = new LoopScratch(marks.length);
    }

    @Override
    public void load(int start, int count) {
        this.start = start;
        this.count = count;
        reader.seek(start);
        reader.read(x, count);
    }

    @Override
    public void store() {
        writer.seek(start);
        writer.write(y, count);
    }

    @Override
    public void run(int from, int to, BlockParams params, int block, boolean clips) {
        float scale = params.scale()[block];
        float offset = params.offset()[block];
        float low = params.low()[block];
        float high = params.high()[block];
        if (clips) {
            float least = low - params.margin();
            float greatest = high + params.margin();
            for (int i = from; i < to; i++) {
                float t = (x[i] - offset) / scale;
                marks[i] = Math.min(Math.max(Math.max(t - greatest, least - t), 0f) * LARGE, 1f);
            }
            clipped += (long) folds.reduce(LoopFold.SUM, marks, from, to);
        }
        for (int i = from; i < to; i++) {
            y[i] = Math.max(low, Math.min(high, (x[i] - offset) / scale));
        }
        finish(y, from, to, scale, offset);
    }

    /** Loops have one index for all arrays, which are copied to where they need no other: such loops are vectorized. */
    @Override
    public void each(int from, int to, BlockParams params, int block, boolean clips) {
        int count = to - from;
        float[] value = scratch.fromZero(0, x, from, count);
        float[] scale = scratch.fromZero(1, params.scale(), block, count);
        float[] offset = scratch.fromZero(2, params.offset(), block, count);
        float[] low = scratch.fromZero(3, params.low(), block, count);
        float[] high = scratch.fromZero(4, params.high(), block, count);
        float[] result = scratch.fromZero(5, y, from, 0);
        if (clips) {
            float margin = params.margin();
            for (int i = 0; i < count; i++) {
                float t = (value[i] - offset[i]) / scale[i];
                float beyond = Math.max(Math.max(t - (high[i] + margin), (low[i] - margin) - t), 0f);
                marks[i] = Math.min(beyond * LARGE, 1f);
            }
            clipped += (long) folds.reduce(LoopFold.SUM, marks, 0, count);
        }
        for (int i = 0; i < count; i++) {
            result[i] = Math.max(low[i], Math.min(high[i], (value[i] - offset[i]) / scale[i]));
        }
        finishEach(result, count, scale, offset);
        if (result != y) {
            System.arraycopy(result, 0, y, from, count);
        }
    }

    /** Rounds and dequantizes, in place, values in steps that have been clamped. */
    abstract void finish(float[] y, int from, int to, float scale, float offset);

    /** Likewise, with a scale and an offset for each. */
    abstract void finishEach(float[] y, int count, float[] scale, float[] offset);

    @Override
    public double loss() {
        for (int i = 0; i < count; i++) {
            float was = Math.min(Math.abs(x[i]) * HUGE * HUGE, 1f);
            float is = Math.min(Math.abs(y[i]) * HUGE * HUGE, 1f);
            marks[i] = was - was * is;
        }
        underflowed += (long) folds.reduce(LoopFold.SUM, marks, 0, count);
        for (int i = 0; i < count; i++) {
            marks[i] = x[i] - y[i];
        }
        return LoopSums.squares(marks, count);
    }

    @Override
    public void copy(float[] x, float[] y) {
        System.arraycopy(this.x, 0, x, 0, count);
        System.arraycopy(this.y, 0, y, 0, count);
    }

    @Override
    public long clipped() {
        return clipped;
    }

    @Override
    public long underflowed() {
        return underflowed;
    }

    /**
     * Integers are rounded by adding and subtracting 1.5·2²³, which is exact because it follows the clamp: it needs
     * |t| ≤ 2²², and it gives +0 for whatever rounds to zero.
     */
    static final class ToIntegers extends LoopQuantize {
        /** Adding this leaves no room for a fraction: float32's spacing is 1 from 2²³ to 2²⁴. */
        private static final float ROUND = 12582912f;

        ToIntegers(ElementReader reader, ElementWriter writer) {
            super(reader, writer);
        }

        @Override
        void finish(float[] y, int from, int to, float scale, float offset) {
            for (int i = from; i < to; i++) {
                y[i] = ((y[i] + ROUND) - ROUND) * scale + offset;
            }
        }

        @Override
        void finishEach(float[] y, int count, float[] scale, float[] offset) {
            for (int i = 0; i < count; i++) {
                y[i] = ((y[i] + ROUND) - ROUND) * scale[i] + offset[i];
            }
        }
    }

    /** Without an offset; adding +0 would turn −0 into +0. */
    static final class ToFormat extends LoopQuantize {
        private final Minifloat format;

        ToFormat(ElementReader reader, ElementWriter writer, Minifloat format) {
            super(reader, writer);
            this.format = format;
        }

        @Override
        void finish(float[] y, int from, int to, float scale, float offset) {
            for (int i = from; i < to; i++) {
                y[i] = format.round(y[i]) * scale;
            }
        }

        @Override
        void finishEach(float[] y, int count, float[] scale, float[] offset) {
            for (int i = 0; i < count; i++) {
                y[i] = format.round(y[i]) * scale[i];
            }
        }
    }
}
