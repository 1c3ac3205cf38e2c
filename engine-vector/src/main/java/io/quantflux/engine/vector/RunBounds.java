// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import static io.quantflux.engine.vector.Lanes.FLOATS;
import static io.quantflux.engine.vector.Lanes.STEP;
import static io.quantflux.engine.vector.Lanes.WIDTH;
import static io.quantflux.engine.vector.Lanes.greater;
import static io.quantflux.engine.vector.Lanes.lesser;
import static io.quantflux.engine.vector.Lanes.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * Bounds of many short runs at once, as many as a vector has lanes.
 *
 * <p>First each run becomes one vector of partial bounds. Then pairs of vectors become one, each giving half of its lanes,
 * until a single vector has a lane for each run: log2(width) rounds in place of a reduction for each run.
 */
final class RunBounds {
    /** For halves, quarters and so on: the lanes that belong to the second vector, and a swap with the first's. */
    private static final VectorMask<Float> SECOND1 = second(WIDTH / 2);

    private static final VectorMask<Float> SECOND2 = second(WIDTH / 4);
    private static final VectorMask<Float> SECOND3 = second(WIDTH / 8);
    private static final VectorMask<Float> SECOND4 = second(WIDTH / 16);
    private static final VectorShuffle<Float> SWAP1 = swap(WIDTH / 2);
    private static final VectorShuffle<Float> SWAP2 = swap(WIDTH / 4);
    private static final VectorShuffle<Float> SWAP3 = swap(WIDTH / 8);
    private static final VectorShuffle<Float> SWAP4 = swap(WIDTH / 16);

    private static VectorMask<Float> second(int distance) {
        boolean[] lanes = new boolean[WIDTH];
        for (int lane = 0; lane < WIDTH; lane++) {
            lanes[lane] = (lane & distance) != 0;
        }
        return VectorMask.fromArray(FLOATS, lanes, 0);
    }

    private static VectorShuffle<Float> swap(int distance) {
        return VectorShuffle.fromOp(FLOATS, lane -> lane ^ distance);
    }

    private final float[] least = new float[WIDTH * WIDTH];
    private final float[] greatest = new float[WIDTH * WIDTH];

    /** Widens the bounds of as many runs as come in full sets of vectors, and returns how many. */
    int widen(byte[] x, int at, int runs, int run, float[] min, float[] max, int block) {
        if (run % WIDTH != 0) {
            return 0;
        }
        int done = 0;
        for (; done + WIDTH <= runs; done += WIDTH) {
            partial(x, at + 4 * run * done, run);
            halve(SWAP1, SECOND1, WIDTH * WIDTH / 2);
            halve(SWAP2, SECOND2, WIDTH * WIDTH / 4);
            halve(SWAP3, SECOND3, WIDTH * WIDTH / 8);
            if (WIDTH == 16) {
                halve(SWAP4, SECOND4, WIDTH);
            }
            FloatVector low = FloatVector.fromArray(FLOATS, least, 0);
            FloatVector high = FloatVector.fromArray(FLOATS, greatest, 0);
            lesser(FloatVector.fromArray(FLOATS, min, block + done), low).intoArray(min, block + done);
            greater(FloatVector.fromArray(FLOATS, max, block + done), high).intoArray(max, block + done);
        }
        return done;
    }

    private void partial(byte[] x, int start, int run) {
        for (int k = 0; k < WIDTH; k++) {
            int at = start + 4 * run * k;
            int end = at + 4 * run;
            FloatVector low = Lanes.broadcast(Float.POSITIVE_INFINITY);
            FloatVector high = Lanes.broadcast(Float.NEGATIVE_INFINITY);
            for (; at < end; at += STEP) {
                FloatVector value = vector(x, at);
                low = lesser(low, value);
                high = greater(high, value);
            }
            low.intoArray(least, WIDTH * k);
            high.intoArray(greatest, WIDTH * k);
        }
    }

    private void halve(VectorShuffle<Float> swap, VectorMask<Float> second, int distance) {
        for (int i = 0; i < distance; i += WIDTH) {
            FloatVector a = FloatVector.fromArray(FLOATS, least, i);
            FloatVector b = FloatVector.fromArray(FLOATS, least, i + distance);
            lesser(a.blend(b.rearrange(swap), second), a.rearrange(swap).blend(b, second))
                    .intoArray(least, i);
            FloatVector c = FloatVector.fromArray(FLOATS, greatest, i);
            FloatVector d = FloatVector.fromArray(FLOATS, greatest, i + distance);
            greater(c.blend(d.rearrange(swap), second), c.rearrange(swap).blend(d, second))
                    .intoArray(greatest, i);
        }
    }
}
