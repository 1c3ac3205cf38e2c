// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import static io.quantflux.engine.vector.Lanes.INTS;
import static io.quantflux.engine.vector.Lanes.STEP;
import static io.quantflux.engine.vector.Lanes.WIDTH;
import static io.quantflux.engine.vector.Lanes.greater;
import static io.quantflux.engine.vector.Lanes.lesser;
import static io.quantflux.engine.vector.Lanes.vector;

import io.quantflux.engine.kernel.ObserveKernel;
import io.quantflux.engine.kernel.Sums;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * Bounds and squares.
 *
 * <p>Bounds are taken of the floats' bits as integers, with an instruction each: the greatest bits are the greatest positive
 * number, the greatest with the sign inverted the most negative one, and the least bits are the bound nearer to zero
 * where all numbers have the same sign.
 */
final class VectorObserve implements ObserveKernel {
    static final int SIGN = Integer.MIN_VALUE;

    private final ByteInput input;
    /** Vectors of the greatest bits, the greatest inverted, and the least. */
    private final int[] bounds = new int[3 * WIDTH];

    private final float[] lanes = new float[Sums.LANES];
    private @Nullable RunBounds runBounds;
    private int count;

    VectorObserve(ByteInput input) {
        this.input = input;
    }

    @Override
    public void load(int start, int count) {
        this.count = count;
        input.load(start, count);
    }

    @Override
    public void bounds(int from, int to, float[] min, float[] max, int block) {
        int pairs = (to - from) / (2 * WIDTH);
        if (pairs > 0) {
            open();
            loopBounds(input.bytes(), input.at() + 4 * from, pairs);
            widen(min, max, block);
        }
        scalars(from + pairs * 2 * WIDTH, to, min, max, block);
    }

    private void open() {
        Arrays.fill(bounds, 0, 2 * WIDTH, Integer.MIN_VALUE);
        Arrays.fill(bounds, 2 * WIDTH, 3 * WIDTH, Integer.MAX_VALUE);
    }

    private void loopBounds(byte[] x, int start, int pairs) {
        IntVector greatest = IntVector.fromArray(INTS, bounds, 0);
        IntVector inverted = IntVector.fromArray(INTS, bounds, WIDTH);
        IntVector least = IntVector.fromArray(INTS, bounds, 2 * WIDTH);
        IntVector sign = IntVector.broadcast(INTS, SIGN); // given as a number, each use would make objects at times
        for (int at = start; at < start + pairs * 2 * STEP; at += 2 * STEP) {
            IntVector p = vector(x, at).reinterpretAsInts();
            IntVector q = vector(x, at + STEP).reinterpretAsInts();
            greatest = greatest.max(p).max(q);
            inverted = inverted.max(p.lanewise(VectorOperators.XOR, sign)).max(q.lanewise(VectorOperators.XOR, sign));
            least = least.min(p).min(q);
        }
        greatest.intoArray(bounds, 0);
        inverted.intoArray(bounds, WIDTH);
        least.intoArray(bounds, 2 * WIDTH);
    }

    private void widen(float[] min, float[] max, int block) {
        int greatest = Integer.MIN_VALUE;
        int inverted = Integer.MIN_VALUE;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < WIDTH; i++) {
            greatest = Math.max(greatest, bounds[i]);
            inverted = Math.max(inverted, bounds[WIDTH + i]);
            least = Math.min(least, bounds[2 * WIDTH + i]);
        }
        float a = Float.intBitsToFloat(least < 0 ? inverted ^ SIGN : least);
        float b = Float.intBitsToFloat(greatest < 0 ? least : greatest);
        min[block] = Math.min(min[block], a);
        max[block] = Math.max(max[block], b);
    }

    private void scalars(int from, int to, float[] min, float[] max, int block) {
        for (int i = from; i < to; i++) {
            float value = Lanes.get(input.bytes(), input.at() + 4 * i);
            min[block] = value < min[block] ? value : min[block];
            max[block] = value > max[block] ? value : max[block];
        }
    }

    @Override
    public void boundsEach(int from, int to, float[] min, float[] max, int block) {
        loopEach(input.bytes(), input.at() + 4 * from, to - from, min, max, block);
    }

    private static void loopEach(byte[] x, int start, int n, float[] min, float[] max, int block) {
        int i = 0;
        for (; i <= n - WIDTH; i += WIDTH) {
            FloatVector value = vector(x, start + 4 * i);
            lesser(FloatVector.fromArray(Lanes.FLOATS, min, block + i), value).intoArray(min, block + i);
            greater(FloatVector.fromArray(Lanes.FLOATS, max, block + i), value).intoArray(max, block + i);
        }
        for (; i < n; i++) {
            float value = Lanes.get(x, start + 4 * i);
            min[block + i] = value < min[block + i] ? value : min[block + i];
            max[block + i] = value > max[block + i] ? value : max[block + i];
        }
    }

    @Override
    public void boundsRuns(int from, int to, int run, float[] min, float[] max, int block) {
        if (run % RunBounds.PAIR != 0) {
            ObserveKernel.super.boundsRuns(from, to, run, min, max, block);
            return;
        }
        if (runBounds == null) {
            runBounds = new RunBounds();
        }
        int blocks = (to - from) / run;
        int whole = blocks - blocks % RunBounds.WIDTH;
        int done = 0;
        while (done < whole) {
            int runs = Math.min(RunBounds.RUNS, whole - done);
            runBounds.loopRuns(input.bytes(), input.at() + 4 * (from + done * run), runs, run / RunBounds.PAIR);
            runBounds.merge(runs, min, max, block + done);
            done += runs;
        }
        for (; done < blocks; done++) {
            bounds(from + done * run, from + (done + 1) * run, min, max, block + done);
        }
    }

    @Override
    public double boundsAndSquares(float[] min, float[] max, int block) {
        int rows = count / Sums.LANES;
        double sum = 0;
        if (rows > 0) {
            open();
            for (int row = 0; row < rows; row += Sums.ROWS) {
                int at = input.at() + 4 * Sums.LANES * row;
                int group = Math.min(Sums.ROWS, rows - row);
                for (int column = 0; column < Sums.LANES; column += 2 * WIDTH) {
                    loopRows(input.bytes(), at + 4 * column, group, column);
                }
                sum += Lanes.sumOfGroup(lanes);
            }
            widen(min, max, block);
        }
        scalars(rows * Sums.LANES, count, min, max, block);
        return withRest(sum, rows);
    }

    /**
     * Two vectors of each row; leaves the sums of their squares in {@link #lanes}, from {@code column} on. With all four at
     * once the compiler runs into its limits at some starts, and makes objects of vectors.
     */
    private void loopRows(byte[] x, int start, int rows, int column) {
        IntVector greatest = IntVector.fromArray(INTS, bounds, 0);
        IntVector inverted = IntVector.fromArray(INTS, bounds, WIDTH);
        IntVector least = IntVector.fromArray(INTS, bounds, 2 * WIDTH);
        IntVector sign = IntVector.broadcast(INTS, SIGN);
        FloatVector a = FloatVector.zero(Lanes.FLOATS);
        FloatVector b = a;
        for (int at = start; at < start + rows * 4 * Sums.LANES; at += 4 * Sums.LANES) {
            FloatVector p = vector(x, at);
            FloatVector q = vector(x, at + STEP);
            a = a.add(p.mul(p));
            b = b.add(q.mul(q));
            IntVector pi = p.reinterpretAsInts();
            IntVector qi = q.reinterpretAsInts();
            greatest = greatest.max(pi).max(qi);
            least = least.min(pi).min(qi);
            inverted = inverted.max(pi.lanewise(VectorOperators.XOR, sign)).max(qi.lanewise(VectorOperators.XOR, sign));
        }
        greatest.intoArray(bounds, 0);
        inverted.intoArray(bounds, WIDTH);
        least.intoArray(bounds, 2 * WIDTH);
        a.intoArray(lanes, column);
        b.intoArray(lanes, column + WIDTH);
    }

    @Override
    public double squares() {
        int rows = count / Sums.LANES;
        double sum = 0;
        for (int row = 0; row < rows; row += Sums.ROWS) {
            int at = input.at() + 4 * Sums.LANES * row;
            for (int column = 0; column < Sums.LANES; column += 2 * WIDTH) {
                loopSquares(input.bytes(), at + 4 * column, Math.min(Sums.ROWS, rows - row), column);
            }
            sum += Lanes.sumOfGroup(lanes);
        }
        return withRest(sum, rows);
    }

    private double withRest(double groups, int rows) {
        double sum = groups;
        for (int i = rows * Sums.LANES; i < count; i++) {
            float value = Lanes.get(input.bytes(), input.at() + 4 * i);
            sum += (double) value * value;
        }
        return sum;
    }

    /** Two vectors of each row, from column {@code column} on; leaves their sums in {@link #lanes}. */
    private void loopSquares(byte[] x, int start, int rows, int column) {
        FloatVector a = FloatVector.zero(Lanes.FLOATS);
        FloatVector b = a;
        for (int at = start; at < start + rows * 4 * Sums.LANES; at += 4 * Sums.LANES) {
            FloatVector p = vector(x, at);
            FloatVector q = vector(x, at + STEP);
            a = a.add(p.mul(p));
            b = b.add(q.mul(q));
        }
        a.intoArray(lanes, column);
        b.intoArray(lanes, column + WIDTH);
    }
}
