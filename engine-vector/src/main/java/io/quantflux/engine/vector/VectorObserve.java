// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import static io.quantflux.engine.vector.Lanes.STEP;
import static io.quantflux.engine.vector.Lanes.WIDTH;
import static io.quantflux.engine.vector.Lanes.broadcast;
import static io.quantflux.engine.vector.Lanes.greater;
import static io.quantflux.engine.vector.Lanes.lesser;
import static io.quantflux.engine.vector.Lanes.vector;

import io.quantflux.engine.kernel.ObserveKernel;
import io.quantflux.engine.kernel.Sums;
import jdk.incubator.vector.FloatVector;

/** Bounds and squares. */
final class VectorObserve implements ObserveKernel {
    private final ByteInput input;
    private final float[] least = new float[WIDTH];
    private final float[] greatest = new float[WIDTH];
    private final float[] lanes = new float[Sums.LANES];
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
        loopBounds(input.bytes(), input.at() + 4 * from, input.at() + 4 * to, min, max, block);
    }

    private void loopBounds(byte[] x, int start, int end, float[] min, float[] max, int block) {
        int at = start;
        float a = min[block];
        float b = max[block];
        if (end - at >= 2 * STEP) {
            FloatVector low = vector(x, at);
            FloatVector low2 = vector(x, at + STEP);
            low = lesser(broadcast(a), low);
            low2 = lesser(broadcast(a), low2);
            FloatVector high = greater(broadcast(b), vector(x, at));
            FloatVector high2 = greater(broadcast(b), vector(x, at + STEP));
            for (at += 2 * STEP; at <= end - 2 * STEP; at += 2 * STEP) {
                FloatVector p = vector(x, at);
                FloatVector q = vector(x, at + STEP);
                low = lesser(low, p);
                high = greater(high, p);
                low2 = lesser(low2, q);
                high2 = greater(high2, q);
            }
            lesser(low, low2).intoArray(least, 0);
            greater(high, high2).intoArray(greatest, 0);
            for (int i = 0; i < WIDTH; i++) {
                a = Math.min(a, least[i]);
                b = Math.max(b, greatest[i]);
            }
        }
        for (; at < end; at += 4) {
            float value = Lanes.get(x, at);
            a = value < a ? value : a;
            b = value > b ? value : b;
        }
        min[block] = a;
        max[block] = b;
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
        if (run % WIDTH != 0) {
            ObserveKernel.super.boundsRuns(from, to, run, min, max, block);
            return;
        }
        int at = input.at() + 4 * from;
        for (int i = from, k = block; i < to; i += run, k++, at += 4 * run) {
            loopRun(input.bytes(), at, run / WIDTH, min, max, k);
        }
    }

    private static void loopRun(byte[] x, int start, int vectors, float[] min, float[] max, int block) {
        FloatVector low = vector(x, start);
        FloatVector high = low;
        for (int i = 1, at = start + STEP; i < vectors; i++, at += STEP) {
            FloatVector value = vector(x, at);
            low = lesser(low, value);
            high = greater(high, value);
        }
        min[block] = Math.min(min[block], Lanes.least(low));
        max[block] = Math.max(max[block], Lanes.greatest(high));
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
        for (int i = 0, at = start; i < rows; i++, at += 4 * Sums.LANES) {
            FloatVector p = vector(x, at);
            FloatVector q = vector(x, at + STEP);
            a = a.add(p.mul(p));
            b = b.add(q.mul(q));
        }
        a.intoArray(lanes, column);
        b.intoArray(lanes, column + WIDTH);
    }
}
