// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Bounds of many short runs, as bits: a vector for each run first, then those of eight runs are merged into one.
 *
 * <p>Two vectors merge by halves: one half of each side by side, and the other halves, swapped, beside them. So do two of the
 * results by quarters, and two of theirs lane by lane; taken in that order, lanes end up in the order of the runs. Always 256
 * bits.
 */
final class RunBounds {
    /** Runs have a multiple of so many elements. */
    static final int PAIR = 16;
    /** Runs that there is room for. */
    static final int RUNS = 128;
    /** Runs that merge: they come in a multiple of this. */
    static final int WIDTH = 8;

    private static final int STEP = 4 * WIDTH;
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
    private static final VectorMask<Integer> HALF = VectorMask.fromLong(INTS, 0b11110000);
    private static final VectorMask<Integer> QUARTER = VectorMask.fromLong(INTS, 0b11001100);
    private static final VectorMask<Integer> ODD = VectorMask.fromLong(INTS, 0b10101010);
    private static final VectorShuffle<Integer> BY_HALF = VectorShuffle.fromValues(INTS, 4, 5, 6, 7, 0, 1, 2, 3);
    private static final VectorShuffle<Integer> BY_QUARTER = VectorShuffle.fromValues(INTS, 2, 3, 0, 1, 6, 7, 4, 5);
    private static final VectorShuffle<Integer> BY_ONE = VectorShuffle.fromValues(INTS, 1, 0, 3, 2, 5, 4, 7, 6);

    private final int[] greatest = new int[RUNS * WIDTH];
    private final int[] inverted = new int[RUNS * WIDTH];
    /** Complements of the least: the greatest of these is the complement of the least of all. */
    private final int[] complements = new int[RUNS * WIDTH];

    void loopRuns(byte[] x, int start, int runs, int pairs) {
        IntVector sign = IntVector.broadcast(INTS, VectorObserve.SIGN);
        IntVector ones = IntVector.broadcast(INTS, -1);
        int at = start;
        for (int i = 0; i < runs; i++) {
            IntVector p = bits(x, at);
            IntVector q = bits(x, at + STEP);
            IntVector a = p.max(q);
            IntVector b = p.lanewise(VectorOperators.XOR, sign).max(q.lanewise(VectorOperators.XOR, sign));
            IntVector c = p.min(q);
            at += 2 * STEP;
            for (int k = 1; k < pairs; k++, at += 2 * STEP) {
                p = bits(x, at);
                q = bits(x, at + STEP);
                a = a.max(p).max(q);
                b = b.max(p.lanewise(VectorOperators.XOR, sign)).max(q.lanewise(VectorOperators.XOR, sign));
                c = c.min(p).min(q);
            }
            a.intoArray(greatest, i * WIDTH);
            b.intoArray(inverted, i * WIDTH);
            c.lanewise(VectorOperators.XOR, ones).intoArray(complements, i * WIDTH);
        }
    }

    private static IntVector bits(byte[] x, int at) {
        return ByteVector.fromArray(ByteVector.SPECIES_256, x, at).reinterpretAsInts();
    }

    void merge(int runs, float[] min, float[] max, int block) {
        loopGreatest(greatest, runs);
        loopGreatest(inverted, runs);
        loopGreatest(complements, runs);
        loopWiden(runs, min, max, block);
    }

    private void loopWiden(int runs, float[] min, float[] max, int block) {
        IntVector sign = IntVector.broadcast(INTS, VectorObserve.SIGN);
        IntVector ones = IntVector.broadcast(INTS, -1);
        for (int i = 0; i < runs; i += WIDTH) {
            IntVector a = IntVector.fromArray(INTS, greatest, i * WIDTH);
            IntVector b = IntVector.fromArray(INTS, inverted, i * WIDTH);
            IntVector c = IntVector.fromArray(INTS, complements, i * WIDTH).lanewise(VectorOperators.XOR, ones);
            FloatVector low = c.blend(b.lanewise(VectorOperators.XOR, sign), c.compare(VectorOperators.LT, 0))
                    .reinterpretAsFloats();
            FloatVector high = a.blend(c, a.compare(VectorOperators.LT, 0)).reinterpretAsFloats();
            Lanes.lesser(FloatVector.fromArray(FloatVector.SPECIES_256, min, block + i), low)
                    .intoArray(min, block + i);
            Lanes.greater(FloatVector.fromArray(FloatVector.SPECIES_256, max, block + i), high)
                    .intoArray(max, block + i);
        }
    }

    private static void loopGreatest(int[] v, int runs) {
        for (int at = 0; at < runs * WIDTH; at += WIDTH * WIDTH) {
            IntVector p = IntVector.fromArray(INTS, v, at);
            IntVector p2 = IntVector.fromArray(INTS, v, at + 4 * WIDTH);
            p = p.blend(p2, HALF).max(p2.blend(p, HALF).rearrange(BY_HALF));
            IntVector q = IntVector.fromArray(INTS, v, at + 2 * WIDTH);
            IntVector q2 = IntVector.fromArray(INTS, v, at + 6 * WIDTH);
            q = q.blend(q2, HALF).max(q2.blend(q, HALF).rearrange(BY_HALF));
            p = p.blend(q, QUARTER).max(q.blend(p, QUARTER).rearrange(BY_QUARTER));
            IntVector r = IntVector.fromArray(INTS, v, at + WIDTH);
            IntVector r2 = IntVector.fromArray(INTS, v, at + 5 * WIDTH);
            r = r.blend(r2, HALF).max(r2.blend(r, HALF).rearrange(BY_HALF));
            IntVector s = IntVector.fromArray(INTS, v, at + 3 * WIDTH);
            IntVector s2 = IntVector.fromArray(INTS, v, at + 7 * WIDTH);
            s = s.blend(s2, HALF).max(s2.blend(s, HALF).rearrange(BY_HALF));
            r = r.blend(s, QUARTER).max(s.blend(r, QUARTER).rearrange(BY_QUARTER));
            p.blend(r, ODD).max(r.blend(p, ODD).rearrange(BY_ONE)).intoArray(v, at);
        }
    }
}
