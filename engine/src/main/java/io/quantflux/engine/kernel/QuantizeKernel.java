// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

/**
 * Quantizes and dequantizes a tensor chunk by chunk: {@code y = round(clamp((x - offset) / scale)) * scale + offset}, without
 * offset for floating formats. {@code from} and {@code to} count from the chunk's start. Not thread-safe.
 *
 * <p>Counts hold where elements and params are finite.
 */
public interface QuantizeKernel {
    /**
     * Takes up a chunk.
     *
     * @param start its first element, as row-major index in the tensor; a multiple of {@link ElementReader#CHUNK}
     * @param count its elements, at most {@link ElementReader#CHUNK}
     */
    void load(int start, int count);

    /**
     * Quantizes a run of elements in one block.
     *
     * @param from first element
     * @param to the element after the last
     * @param params scale and limits, indexed as {@code block} is
     * @param block index of the block in {@code params}
     * @param clips whether to count clipped elements
     */
    void run(int from, int to, BlockParams params, int block, boolean clips);

    /**
     * Quantizes consecutive blocks with one element each.
     *
     * @param from first element
     * @param to the element after the last
     * @param params scale and limits, indexed as {@code block} is
     * @param block index of the block of the first element
     * @param clips whether to count clipped elements
     */
    void each(int from, int to, BlockParams params, int block, boolean clips);

    /**
     * Quantizes consecutive blocks with {@code run} elements each.
     *
     * @param from first element, where a block's elements begin
     * @param to the element after the last, a whole number of runs on
     * @param run elements of each block
     * @param params scale and limits, indexed as {@code block} is
     * @param block index of the block of the first run
     * @param clips whether to count clipped elements
     */
    default void runs(int from, int to, int run, BlockParams params, int block, boolean clips) {
        for (int i = from, at = block; i < to; i += run, at++) {
            run(i, i + run, params, at, clips);
        }
    }

    /**
     * Measures the chunk, once all of it is quantized, and counts what underflowed.
     *
     * @return Σ(x−y)² over the chunk, the difference rounded to float32, in the order of {@link Sums}; to be summed again
     * where {@link Sums#trusted} says no
     */
    double loss();

    /**
     * Copies the chunk as float32.
     *
     * @param x receives the chunk's input from its start; at least as long as the chunk
     * @param y receives its output, not yet narrowed to the element type; at least as long as the chunk
     */
    void copy(float[] x, float[] y);

    /** Writes the chunk's y to where the result goes; without this it may be missing there. */
    void store();

    /** {@return the elements so far beyond the margin, where they were to be counted} */
    long clipped();

    /** {@return the non-zero elements so far that became zero} */
    long underflowed();
}
