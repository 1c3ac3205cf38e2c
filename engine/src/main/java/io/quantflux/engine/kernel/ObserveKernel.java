// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/**
 * Observes a tensor chunk by chunk. {@code from} and {@code to} count from the chunk's start. Not thread-safe.
 *
 * <p>Bounds of a block that has a NaN are left open, see {@link Observation}, and a zero among bounds may have either sign.
 * What becomes of sums is told by {@link Sums}.
 */
public interface ObserveKernel {
    /**
     * Takes up a chunk.
     *
     * @param start its first element, as row-major index in the tensor; a multiple of {@link ElementReader#CHUNK}
     * @param count its elements, at most {@link ElementReader#CHUNK}
     */
    void load(int start, int count);

    /**
     * Widens the bounds of a block by a run of elements.
     *
     * @param from first element
     * @param to the element after the last
     * @param min least value of each block so far, replaced where there is a lesser one; +∞ before the first
     * @param max greatest value of each block so far, replaced where there is a greater one; −∞ before the first
     * @param block index of the block
     */
    void bounds(int from, int to, float[] min, float[] max, int block);

    /**
     * Widens the bounds of consecutive blocks by one element each.
     *
     * @param from first element
     * @param to the element after the last
     * @param min least value of each block so far, replaced where there is a lesser one; +∞ before the first
     * @param max greatest value of each block so far, replaced where there is a greater one; −∞ before the first
     * @param block index of the block of the first element
     */
    void boundsEach(int from, int to, float[] min, float[] max, int block);

    /**
     * Widens the bounds of consecutive blocks by {@code run} elements each.
     *
     * @param from first element, where a block's elements begin
     * @param to the element after the last, a whole number of runs on
     * @param run elements of each block
     * @param min least value of each block so far, replaced where there is a lesser one; +∞ before the first
     * @param max greatest value of each block so far, replaced where there is a greater one; −∞ before the first
     * @param block index of the block of the first run
     */
    default void boundsRuns(int from, int to, int run, float[] min, float[] max, int block) {
        for (int i = from, at = block; i < to; i += run, at++) {
            bounds(i, i + run, min, max, at);
        }
    }

    /** {@return Σx² over the chunk, in the order of {@link Sums}; to be summed again where {@link Sums#trusted} says no} */
    double squares();

    /**
     * Does both for a chunk that belongs to one block.
     *
     * @param min least value of each block so far, replaced where there is a lesser one; +∞ before the first
     * @param max greatest value of each block so far, replaced where there is a greater one; −∞ before the first
     * @param block index of the block
     * @return as {@link #squares}
     */
    double boundsAndSquares(float[] min, float[] max, int block);
}
