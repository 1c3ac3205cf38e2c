// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import static io.quantflux.engine.vector.Lanes.STEP;
import static io.quantflux.engine.vector.Lanes.WIDTH;
import static io.quantflux.engine.vector.Lanes.vector;

import io.quantflux.engine.kernel.BlockParams;
import io.quantflux.engine.kernel.QuantizeKernel;
import io.quantflux.engine.kernel.Sums;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** What quantizing has in common, whatever is rounded to: chunks in and out, and what was lost. */
abstract class VectorQuantize implements QuantizeKernel {
    final ByteInput input;
    final ByteOutput output;
    private final float[] lanes = new float[Sums.LANES];
    private final float[] counts = new float[WIDTH];
    long clipped;
    long underflowed;
    private int count;

    VectorQuantize(ByteInput input, ByteOutput output) {
        this.input = input;
        this.output = output;
    }

    @Override
    public final void load(int start, int count) {
        this.count = count;
        input.load(start, count);
        output.begin(start, count);
    }

    @Override
    public final void store() {
        output.store();
    }

    /** One element in one block: the ends of runs that fill no vector. */
    abstract float scalar(float x, BlockParams params, int block);

    /** Whole vectors of a run. */
    abstract void stretch(int from, int vectors, BlockParams params, int block);

    /** Consecutive blocks with a run of whole vectors each. */
    abstract void loopRuns(int from, int runs, int vectors, BlockParams params, int block);

    abstract void loopClipping(int from, int vectors, BlockParams params, int block);

    /** Whole vectors with a block for each element. */
    abstract void loopEach(int from, int vectors, BlockParams params, int block);

    abstract void loopEachClipping(int from, int vectors, BlockParams params, int block);

    @Override
    public final void run(int from, int to, BlockParams params, int block, boolean clips) {
        int vectors = (to - from) / WIDTH;
        if (clips) {
            loopClipping(from, vectors, params, block);
        } else {
            stretch(from, vectors, params, block);
        }
        scalars(from + vectors * WIDTH, to, params, block, 0, clips);
    }

    @Override
    public final void each(int from, int to, BlockParams params, int block, boolean clips) {
        int vectors = (to - from) / WIDTH;
        if (clips) {
            loopEachClipping(from, vectors, params, block);
        } else {
            loopEach(from, vectors, params, block);
        }
        int whole = vectors * WIDTH;
        scalars(from + whole, to, params, block + whole, 1, clips);
    }

    @Override
    public final void runs(int from, int to, int run, BlockParams params, int block, boolean clips) {
        if (run % WIDTH != 0 || clips) {
            QuantizeKernel.super.runs(from, to, run, params, block, clips);
            return;
        }
        loopRuns(from, (to - from) / run, run / WIDTH, params, block);
    }

    final void scalars(int from, int to, BlockParams params, int block, int blockStep, boolean clips) {
        for (int i = from; i < to; i++) {
            int at = block + blockStep * (i - from);
            float x = Lanes.get(input.bytes(), input.at() + 4 * i);
            Lanes.set(output.bytes(), output.at() + 4 * i, scalar(x, params, at));
            if (clips) {
                clipped += params.clips(x, at) ? 1 : 0;
            }
        }
    }

    @Override
    public final double loss() {
        int rows = count / Sums.LANES;
        double sum = 0;
        for (int row = 0; row < rows; row += Sums.ROWS) {
            for (int column = 0; column < Sums.LANES; column += 2 * WIDTH) {
                loopLoss(row * Sums.LANES, Math.min(Sums.ROWS, rows - row), column);
            }
            sum += Lanes.sumOfGroup(lanes);
        }
        return withRest(sum, rows * Sums.LANES);
    }

    private void loopLoss(int from, int rows, int column) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int xAt = input.at() + 4 * (from + column);
        int yAt = output.at() + 4 * (from + column);
        FloatVector a = FloatVector.zero(Lanes.FLOATS);
        FloatVector b = a;
        FloatVector lost = a;
        for (int i = 0; i < 4 * Sums.LANES * rows; i += 4 * Sums.LANES) {
            FloatVector p = vector(x, xAt + i);
            FloatVector py = vector(y, yAt + i);
            FloatVector q = vector(x, xAt + i + STEP);
            FloatVector qy = vector(y, yAt + i + STEP);
            lost = lost.add(lost(p, py)).add(lost(q, qy));
            p = p.sub(py);
            q = q.sub(qy);
            a = a.add(p.mul(p));
            b = b.add(q.mul(q));
        }
        a.intoArray(lanes, column);
        b.intoArray(lanes, column + WIDTH);
        underflowed += total(lost);
    }

    /** 1 in lanes that were not zero and are now: added up lane by lane, for which counting a mask would cost twice as much. */
    static FloatVector lost(FloatVector x, FloatVector y) {
        return ones(y.compare(VectorOperators.EQ, 0f).and(x.compare(VectorOperators.NE, 0f)));
    }

    /** 1 in lanes beyond the margin. */
    static FloatVector beyond(FloatVector t, FloatVector least, FloatVector greatest) {
        return ones(t.compare(VectorOperators.LT, least).or(t.compare(VectorOperators.GT, greatest)));
    }

    private static FloatVector ones(VectorMask<Float> mask) {
        return FloatVector.zero(Lanes.FLOATS).blend(1f, mask);
    }

    /** The sum of counts, of which a chunk has too few for float32 to round. */
    final long total(FloatVector count) {
        count.intoArray(counts, 0);
        int total = 0;
        for (float lane : counts) {
            total += (int) lane;
        }
        return total;
    }

    private double withRest(double groups, int from) {
        double sum = groups;
        for (int i = from; i < count; i++) {
            float x = Lanes.get(input.bytes(), input.at() + 4 * i);
            float y = Lanes.get(output.bytes(), output.at() + 4 * i);
            underflowed += x != 0 && y == 0 ? 1 : 0;
            float difference = x - y;
            sum += (double) difference * difference;
        }
        return sum;
    }

    @Override
    public final void copy(float[] x, float[] y) {
        for (int i = 0; i < count; i++) {
            x[i] = Lanes.get(input.bytes(), input.at() + 4 * i);
            y[i] = Lanes.get(output.bytes(), output.at() + 4 * i);
        }
    }

    @Override
    public final long clipped() {
        return clipped;
    }

    @Override
    public final long underflowed() {
        return underflowed;
    }
}
