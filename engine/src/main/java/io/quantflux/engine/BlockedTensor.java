// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import io.quantflux.engine.kernel.BlockLayout;
import io.quantflux.engine.kernel.ElementReader;
import io.quantflux.engine.kernel.Observation;
import io.quantflux.engine.kernel.Parallelism;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/** A tensor cut into blocks, as range calculators see it. */
public final class BlockedTensor {
    private final Tensor tensor;
    private final BlockLayout layout;
    private final Observation seen;
    private final Parallelism parallelism;
    private final IntFunction<ByteBuffer> outputMemory;

    BlockedTensor(
            Tensor tensor,
            BlockLayout layout,
            Observation seen,
            Parallelism parallelism,
            IntFunction<ByteBuffer> outputMemory) {
        this.tensor = tensor;
        this.layout = layout;
        this.seen = seen;
        this.parallelism = parallelism;
        this.outputMemory = outputMemory;
    }

    /** {@return the elements and their type} */
    public Tensor tensor() {
        return tensor;
    }

    /** {@return which block each element belongs to} */
    public BlockLayout layout() {
        return layout;
    }

    /** {@return who shares the work on it; results are the same bits} */
    public Parallelism parallelism() {
        return parallelism;
    }

    /**
     * Memory for the output, to be asked for once.
     *
     * @param bytes the output's size
     * @return a buffer of just that size, on the heap or not
     */
    public ByteBuffer outputMemory(int bytes) {
        return outputMemory.apply(bytes);
    }

    BlockedTensor withOutputMemory(IntFunction<ByteBuffer> memory) {
        return new BlockedTensor(tensor, layout, seen, parallelism, memory);
    }

    /** {@return the number of elements that are NaN or infinite} */
    public long nonFinite() {
        return seen.nonFinite().total();
    }

    /** {@return the number of blocks along each axis; the shape of a range} */
    public Shape shape() {
        return layout.qparams();
    }

    /** {@return the least value of each block, NaN where one is NaN; measured already} */
    public FloatArray min() {
        return FloatArray.of(shape(), seen.blockMin());
    }

    /** {@return the greatest value of each block, NaN where one is NaN; measured already} */
    public FloatArray max() {
        return FloatArray.of(shape(), seen.blockMax());
    }

    /**
     * Asks a question about the bounds of each region, as {@link Observation#regionsWhere} does.
     *
     * @param question its answer for a region that holds a NaN says nothing
     * @return as many answers as the layout has regions
     */
    public boolean[] regionsWhere(Observation.BoundsTest question) {
        return seen.regionsWhere(question);
    }

    /** {@return the elements of every block as float32, a copy: {@code [block][element]}, both in row-major order} */
    public float[][] blocks() {
        int blocks = layout.blocks();
        float[][] values = new float[blocks][tensor.elements() / blocks];
        int[] filled = new int[blocks];
        ElementReader reader = new ElementReader(tensor);
        BlockLayout.Walk walk = layout.walk();
        float[] x = reader.newChunk();
        int start = 0;
        for (int count = reader.read(x); count > 0; count = reader.read(x)) {
            while (walk.next(start + count)) {
                for (int i = walk.from(); i < walk.to(); i++) {
                    int block = walk.blockOf(i);
                    values[block][filled[block]++] = x[i - start];
                }
            }
            start += count;
        }
        return values;
    }
}
