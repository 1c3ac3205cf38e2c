// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/** Arrays for stretches of others, each made when it is first wanted. Not thread-safe. */
final class LoopScratch {
    private final int elements;
    private final float[][] arrays = new float[6][];

    /** For stretches of at most {@code elements}. */
    LoopScratch(int elements) {
        this.elements = elements;
    }

    /** The array itself, if the stretch is at its start, or else a copy of the stretch that is. */
    float[] fromZero(int number, float[] values, int from, int count) {
        if (from == 0) {
            return values;
        }
        if (arrays[number] == null) {
            arrays[number] = new float[elements];
        }
        System.arraycopy(values, from, arrays[number], 0, count);
        return arrays[number];
    }
}
