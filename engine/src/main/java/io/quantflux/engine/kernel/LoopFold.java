// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/**
 * What two arrays are folded by, index by index: loops that the JIT compiler turns into vector instructions, while it leaves
 * reductions, and loops that read an array at two variable distances, as they are. Written out for each operation, which would else be a
 * call within the loop.
 */
enum LoopFold {
    /** NaN if one is NaN. */
    LEAST(Float.POSITIVE_INFINITY) {
        @Override
        void fold(float[] into, float[] others, int count) {
            for (int i = 0; i < count; i++) {
                into[i] = Math.min(into[i], others[i]);
            }
        }

        @Override
        void foldQuarters(float[] x, float[] into) {
            for (int i = 0; i < QUARTER; i++) {
                into[i] = Math.min(Math.min(x[i], x[QUARTER + i]), Math.min(x[2 * QUARTER + i], x[3 * QUARTER + i]));
            }
        }
    },
    /** NaN if one is NaN. */
    GREATEST(Float.NEGATIVE_INFINITY) {
        @Override
        void fold(float[] into, float[] others, int count) {
            for (int i = 0; i < count; i++) {
                into[i] = Math.max(into[i], others[i]);
            }
        }

        @Override
        void foldQuarters(float[] x, float[] into) {
            for (int i = 0; i < QUARTER; i++) {
                into[i] = Math.max(Math.max(x[i], x[QUARTER + i]), Math.max(x[2 * QUARTER + i], x[3 * QUARTER + i]));
            }
        }
    },
    /** In float32: for whole numbers that it can count. */
    SUM(0) {
        @Override
        void fold(float[] into, float[] others, int count) {
            for (int i = 0; i < count; i++) {
                into[i] += others[i];
            }
        }

        @Override
        void foldQuarters(float[] x, float[] into) {
            for (int i = 0; i < QUARTER; i++) {
                into[i] = (x[i] + x[QUARTER + i]) + (x[2 * QUARTER + i] + x[3 * QUARTER + i]);
            }
        }
    };

    static final int QUARTER = ElementReader.CHUNK / 4;

    /** Changes nothing that it is folded with. */
    final float neutral;

    LoopFold(float neutral) {
        this.neutral = neutral;
    }

    /** Folds the first {@code count} of others into those of {@code into}. */
    abstract void fold(float[] into, float[] others, int count);

    /** Folds the quarters of a chunk, whose distances are constant: one step in place of two, and without a copy. */
    abstract void foldQuarters(float[] x, float[] into);
}
