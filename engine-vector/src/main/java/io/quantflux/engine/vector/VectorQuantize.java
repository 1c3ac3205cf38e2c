// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import static io.quantflux.engine.vector.Lanes.STEP;
import static io.quantflux.engine.vector.Lanes.WIDTH;
import static io.quantflux.engine.vector.Lanes.vector;

import io.quantflux.engine.kernel.BlockParams;
import io.quantflux.engine.kernel.QuantizeKernel;
import io.quantflux.engine.kernel.Sums;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** What quantizing has in common, whatever is rounded to: chunks in and out, and what was lost. */
abstract class VectorQuantize implements QuantizeKernel {
    final ByteInput input;
    final ByteOutput output;
    final float[] lanes = new float[Sums.LANES];
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

    /** Whole rows of {@link Sums#LANES} in one block, at most a group; leaves the partial sums in the first sixteen {@link #lanes}. */
    abstract void group(int from, int rows, BlockParams params, int block, boolean clips);

    final void scalars(int from, int to, BlockParams params, int block, int blockStep, boolean clips) {
        for (int i = from; i < to; i++) {
            int at = block + blockStep * (i - from);
            float x = Lanes.get(input.bytes(), input.at() + 4 * i);
            Lanes.set(output.bytes(), output.at() + 4 * i, scalar(x, params, at));
            if (clips) {
                float t = (x - params.offset()[at]) / params.scale()[at];
                boolean beyond = t < params.low()[at] - params.margin() || t > params.high()[at] + params.margin();
                clipped += beyond ? 1 : 0;
            }
        }
    }

    @Override
    public final double runWithLoss(int count, BlockParams params, int block, boolean clips) {
        int rows = count / Sums.LANES;
        double sum = 0;
        for (int row = 0; row < rows; row += 16) {
            group(row * Sums.LANES, Math.min(16, rows - row), params, block, clips);
            sum += Sums.ofGroup(lanes);
        }
        int from = rows * Sums.LANES;
        run(from, count, params, block, clips);
        return withRest(sum, from);
    }

    @Override
    public final double loss() {
        int rows = count / Sums.LANES;
        double sum = 0;
        for (int row = 0; row < rows; row += 16) {
            lossOfGroup(4 * Sums.LANES * row, Math.min(16, rows - row));
            sum += Sums.ofGroup(lanes);
        }
        return withRest(sum, rows * Sums.LANES);
    }

    private void lossOfGroup(int offset, int rows) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int lost = 0;
        for (int column = 0; column < Sums.LANES; column += 2 * WIDTH) {
            int xAt = input.at() + offset + 4 * column;
            int yAt = output.at() + offset + 4 * column;
            FloatVector a = FloatVector.zero(Lanes.FLOATS);
            FloatVector b = a;
            for (int i = 0; i < rows; i++, xAt += 4 * Sums.LANES, yAt += 4 * Sums.LANES) {
                FloatVector p = vector(x, xAt);
                FloatVector py = vector(y, yAt);
                FloatVector q = vector(x, xAt + STEP);
                FloatVector qy = vector(y, yAt + STEP);
                lost += lost(p, py) + lost(q, qy);
                p = p.sub(py);
                q = q.sub(qy);
                a = a.add(p.mul(p));
                b = b.add(q.mul(q));
            }
            a.intoArray(lanes, column);
            b.intoArray(lanes, column + WIDTH);
        }
        Lanes.fold(lanes);
        underflowed += lost;
    }

    /** Lanes that were not zero and are now. */
    static int lost(FloatVector x, FloatVector y) {
        return y.compare(VectorOperators.EQ, 0f)
                .and(x.compare(VectorOperators.NE, 0f))
                .trueCount();
    }

    /** Lanes beyond the margin. */
    static int beyond(FloatVector t, FloatVector least, FloatVector greatest) {
        return t.compare(VectorOperators.LT, least)
                .or(t.compare(VectorOperators.GT, greatest))
                .trueCount();
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
