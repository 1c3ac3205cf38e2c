// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/** Reduces stretches to a number by folding their upper half onto the lower one, over and over. Not thread-safe. */
final class LoopFolds {
    private final float[] folded;
    private final float[] others;

    /** For arrays of at most {@code elements}. */
    LoopFolds(int elements) {
        folded = new float[elements];
        others = new float[elements];
    }

    /** The elements from {@code from} to {@code to}, one at least, as one. */
    float reduce(LoopFold fold, float[] x, int from, int to) {
        int left = to - from;
        if (left == ElementReader.CHUNK) {
            fold.foldQuarters(x, folded);
            left = LoopFold.QUARTER;
        } else {
            System.arraycopy(x, from, folded, 0, left);
        }
        while (left > 1) {
            int half = left - left / 2;
            others[half - 1] = fold.neutral; // of an odd number, the lower half has one more
            System.arraycopy(folded, half, others, 0, left - half);
            fold.fold(folded, others, half);
            left = half;
        }
        return folded[0];
    }
}
