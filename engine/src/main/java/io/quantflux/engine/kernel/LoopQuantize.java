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
        quantize(from, to, params, block);
        if (clips) {
            float scale = params.scale()[block];
            float offset = params.offset()[block];
            float low = params.low()[block] - params.margin();
            float high = params.high()[block] + params.margin();
            for (int i = from; i < to; i++) {
                float t = (x[i] - offset) / scale;
                marks[i] = Math.min(Math.max(Math.max(t - high, low - t), 0f) * LARGE, 1f);
            }
            clipped += marked(from, to);
        }
    }

    @Override
    public void each(int from, int to, BlockParams params, int block, boolean clips) {
        quantizeEach(from, to, params, block);
        if (clips) {
            float[] scale = params.scale();
            float[] offset = params.offset();
            float[] low = params.low();
            float[] high = params.high();
            float margin = params.margin();
            int at = block - from;
            for (int i = from; i < to; i++) {
                float t = (x[i] - offset[at + i]) / scale[at + i];
                float beyond = Math.max(Math.max(t - (high[at + i] + margin), (low[at + i] - margin) - t), 0f);
                marks[i] = Math.min(beyond * LARGE, 1f);
            }
            clipped += marked(from, to);
        }
    }

    abstract void quantize(int from, int to, BlockParams params, int block);

    abstract void quantizeEach(int from, int to, BlockParams params, int block);

    @Override
    public double loss() {
        for (int i = 0; i < count; i++) {
            float was = Math.min(Math.abs(x[i]) * HUGE * HUGE, 1f);
            float is = Math.min(Math.abs(y[i]) * HUGE * HUGE, 1f);
            marks[i] = was - was * is;
        }
        underflowed += marked(0, count);
        for (int i = 0; i < count; i++) {
            marks[i] = x[i] - y[i];
        }
        return LoopSums.squares(marks, count);
    }

    /** Ones among the marks. */
    private long marked(int from, int to) {
        int a = 0;
        int b = 0;
        int i = from;
        for (; i + 1 < to; i += 2) {
            a += (int) marks[i];
            b += (int) marks[i + 1];
        }
        return (long) a + b + (i < to ? (int) marks[i] : 0);
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
        void quantize(int from, int to, BlockParams params, int block) {
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
        void quantizeEach(int from, int to, BlockParams params, int block) {
            float[] scale = params.scale();
            float[] offset = params.offset();
            float[] low = params.low();
            float[] high = params.high();
            int at = block - from;
            for (int i = from; i < to; i++) {
                float t = Math.max(low[at + i], Math.min(high[at + i], (x[i] - offset[at + i]) / scale[at + i]));
                y[i] = ((t + ROUND) - ROUND) * scale[at + i] + offset[at + i];
            }
        }
    }

    static final class ToFormat extends LoopQuantize {
        private final Minifloat format;

        ToFormat(ElementReader reader, ElementWriter writer, Minifloat format) {
            super(reader, writer);
            this.format = format;
        }

        @Override
        void quantize(int from, int to, BlockParams params, int block) {
            float scale = params.scale()[block];
            float low = params.low()[block];
            float high = params.high()[block];
            for (int i = from; i < to; i++) {
                y[i] = format.round(Math.max(low, Math.min(high, x[i] / scale))) * scale;
            }
        }

        @Override
        void quantizeEach(int from, int to, BlockParams params, int block) {
            float[] scale = params.scale();
            float[] low = params.low();
            float[] high = params.high();
            int at = block - from;
            for (int i = from; i < to; i++) {
                y[i] = format.round(Math.max(low[at + i], Math.min(high[at + i], x[i] / scale[at + i])))
                        * scale[at + i];
            }
        }
    }
}
