// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import io.quantflux.engine.kernel.BlockLayout;
import io.quantflux.engine.kernel.ElementReader;
import io.quantflux.engine.kernel.Observation;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;

/** A tensor cut into blocks, as range calculators see it. */
public final class BlockedTensor {
    private final Tensor tensor;
    private final BlockLayout layout;
    private final Observation seen;

    BlockedTensor(Tensor tensor, BlockLayout layout, Observation seen) {
        this.tensor = tensor;
        this.layout = layout;
        this.seen = seen;
    }

    /** Elements and their type. */
    public Tensor tensor() {
        return tensor;
    }

    /** Which block each element belongs to. */
    public BlockLayout layout() {
        return layout;
    }

    /** Number of elements that are NaN or infinite. */
    public long nonFinite() {
        return seen.nonFinite().total();
    }

    /** Number of blocks along each axis; the shape of a range. */
    public Shape shape() {
        return layout.qparams();
    }

    /** Least value of each block, NaN where one is NaN; measured already. */
    public FloatArray min() {
        return FloatArray.of(shape(), seen.blockMin());
    }

    /** Greatest value of each block, NaN where one is NaN; measured already. */
    public FloatArray max() {
        return FloatArray.of(shape(), seen.blockMax());
    }

    /** The elements of every block as float32, a copy: {@code [block][element]}, both in row-major order. */
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
                    int block = layout.rows() ? walk.block() + i - walk.from() : walk.block();
                    values[block][filled[block]++] = x[i - start];
                }
            }
            start += count;
        }
        return values;
    }
}
