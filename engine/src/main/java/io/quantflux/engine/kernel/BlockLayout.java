// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import io.quantflux.spec.Shape;
import java.util.Arrays;

/**
 * Which block each element of a row-major tensor belongs to, as contiguous stretches.
 *
 * <p>Any cut into blocks comes down to one of two inner loops: a <em>run</em> of elements that share one block, or a
 * <em>row</em> in which each element has the block after its neighbour's. Axes of size 1 are dropped and neighbours of
 * the same kind merged, so that both are as long as can be: per tensor is a single run, per channel over the last axis
 * rows of that axis, over axis 1 of NCHW runs of {@code H*W}.
 */
public final class BlockLayout {
    private final Shape tensor;
    private final Shape qparams;
    private final int inner;
    private final boolean rows;
    private final int[] sizes;
    private final int[] strides;
    private final long period;

    private BlockLayout(Shape tensor, Shape qparams, int[] sizes, int[] strides, int axes) {
        this.tensor = tensor;
        this.qparams = qparams;
        int last = axes - 1;
        this.inner = last < 0 ? 1 : sizes[last];
        this.rows = last >= 0 && strides[last] != 0;
        this.period = axes > 0 && strides[0] == 0 ? tensor.elements() / sizes[0] : tensor.elements();
        this.sizes = Arrays.copyOf(sizes, Math.max(last, 0));
        this.strides = Arrays.copyOf(strides, Math.max(last, 0));
    }

    /**
     * @param tensor a shape with at least one element
     * @param block shape of one block: same rank, each extent a divisor of the tensor's
     */
    public static BlockLayout of(Shape tensor, Shape block) {
        int rank = tensor.rank();
        int[] blocks = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            blocks[axis] = tensor.dim(axis) / block.dim(axis);
        }
        // Each axis is two factors, its blocks and the elements within one; built innermost first, then reversed.
        int[] sizes = new int[2 * rank];
        int[] strides = new int[2 * rank];
        int factors = 0;
        int stride = 1;
        for (int axis = rank - 1; axis >= 0; axis--) {
            factors = push(sizes, strides, factors, block.dim(axis), 0);
            factors = push(sizes, strides, factors, blocks[axis], stride);
            stride *= blocks[axis];
        }
        reverse(sizes, factors);
        reverse(strides, factors);
        return new BlockLayout(tensor, Shape.of(blocks), sizes, strides, factors);
    }

    /** Appends a factor, or widens the one inside it where both walk the blocks alike. */
    private static int push(int[] sizes, int[] strides, int factors, int size, int stride) {
        if (size == 1) {
            return factors;
        }
        int inside = factors - 1;
        if (inside >= 0 && stride == strides[inside] * sizes[inside]) {
            sizes[inside] *= size;
            return factors;
        }
        sizes[factors] = size;
        strides[factors] = stride;
        return factors + 1;
    }

    private static void reverse(int[] values, int count) {
        for (int i = 0, j = count - 1; i < j; i++, j--) {
            int swap = values[i];
            values[i] = values[j];
            values[j] = swap;
        }
    }

    /** The tensor that is laid out. */
    public Shape tensor() {
        return tensor;
    }

    /** Number of blocks along each axis; same rank as the tensor. */
    public Shape qparams() {
        return qparams;
    }

    /** Number of blocks. */
    public int blocks() {
        return (int) qparams.elements();
    }

    /** Whether stretches are rows, each element one block further, and not runs within one block. */
    public boolean rows() {
        return rows;
    }

    /** Length of a stretch that no chunk's end cuts. */
    public int inner() {
        return inner;
    }

    /** Whether the element {@code distance} further on always belongs to the same block. */
    public boolean repeatsEvery(int distance) {
        return distance % period == 0;
    }

    /** A walk over the tensor from its first element. */
    public Walk walk() {
        return new Walk();
    }

    /** Visits the stretches of a tensor in row-major order; not thread-safe, one for each pass. */
    public final class Walk {
        private final int[] index = new int[sizes.length];
        private int base;
        private int within;
        private int next;
        private int from;
        private int to;
        private int block;

        private Walk() {}

        /** Moves to the stretch that follows, cut off at element {@code end}; false if that has been reached. */
        public boolean next(int end) {
            if (next >= end) {
                return false;
            }
            if (within == inner) {
                advance();
            }
            from = next;
            to = Math.min(end, next + (inner - within));
            block = rows ? base + within : base;
            within += to - from;
            next = to;
            return true;
        }

        private void advance() {
            within = 0;
            for (int axis = sizes.length - 1; axis >= 0; axis--) {
                base += strides[axis];
                if (++index[axis] < sizes[axis]) {
                    return;
                }
                base -= strides[axis] * sizes[axis];
                index[axis] = 0;
            }
        }

        /** First element of the stretch. */
        public int from() {
            return from;
        }

        /** The element after its last. */
        public int to() {
            return to;
        }

        /** Block of the run, or of the row's first element. */
        public int block() {
            return block;
        }
    }
}
