// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/** The sums of {@link Sums} with plain loops: eight lanes at a time, as many as there are registers for. */
final class LoopSums {
    private LoopSums() {}

    static double squares(float[] x, int count) {
        int whole = count - count % Sums.LANES;
        double sum = 0;
        for (int from = 0; from < whole; from += Sums.GROUP) {
            sum += group(x, from, Math.min(whole, from + Sums.GROUP));
        }
        for (int i = whole; i < count; i++) {
            sum += (double) x[i] * x[i];
        }
        return sum;
    }

    private static double group(float[] x, int from, int to) {
        float[] lanes = new float[Sums.LANES];
        for (int column = 0; column < Sums.LANES; column += 8) {
            float l0 = 0;
            float l1 = 0;
            float l2 = 0;
            float l3 = 0;
            float l4 = 0;
            float l5 = 0;
            float l6 = 0;
            float l7 = 0;
            for (int i = from + column; i < to; i += Sums.LANES) {
                l0 += x[i] * x[i];
                l1 += x[i + 1] * x[i + 1];
                l2 += x[i + 2] * x[i + 2];
                l3 += x[i + 3] * x[i + 3];
                l4 += x[i + 4] * x[i + 4];
                l5 += x[i + 5] * x[i + 5];
                l6 += x[i + 6] * x[i + 6];
                l7 += x[i + 7] * x[i + 7];
            }
            lanes[column] = l0;
            lanes[column + 1] = l1;
            lanes[column + 2] = l2;
            lanes[column + 3] = l3;
            lanes[column + 4] = l4;
            lanes[column + 5] = l5;
            lanes[column + 6] = l6;
            lanes[column + 7] = l7;
        }
        for (int i = 0; i < 16; i++) {
            lanes[i] += lanes[i + 16];
        }
        return Sums.ofGroup(lanes);
    }
}
