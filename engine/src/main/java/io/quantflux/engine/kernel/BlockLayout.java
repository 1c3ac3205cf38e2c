// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import io.quantflux.spec.Shape;
import java.util.Arrays;

/**
 * Which block each element of a row-major tensor belongs to, as contiguous stretches.
 *
 * <p>Any cut into blocks comes down to one inner loop: a stretch of blocks that follow on each other, each with a <em>run</em>
 * of elements. A single run, and a <em>row</em> of runs of one element, are its ends. Axes of size 1 are dropped and neighbours of
 * the same kind merged, so that both are as long as can be: per tensor is a single run, per channel over the last axis
 * rows of that axis, over axis 1 of NCHW runs of {@code H*W}.
 */
public final class BlockLayout {
    private final Shape tensor;
    private final Shape qparams;
    private final int inner;
    private final int run;
    private final int[] sizes;
    private final int[] strides;
    private final long period;

    private BlockLayout(Shape tensor, Shape qparams, int[] sizes, int[] strides, int axes) {
        this.tensor = tensor;
        this.qparams = qparams;
        int last = axes - 1;
        boolean rows = last >= 0 && strides[last] != 0;
        int stretch = last < 0 ? 1 : sizes[last];
        this.run = rows ? 1 : stretch;
        if (!rows
                && last > 0
                && ElementReader.CHUNK % stretch == 0) { // blocks one after another, none cut by a chunk's end
            stretch *= sizes[--last];
        }
        this.inner = stretch;
        this.period = axes > 0 && strides[0] == 0 ? tensor.elements() / sizes[0] : tensor.elements();
        this.sizes = Arrays.copyOf(sizes, Math.max(last, 0));
        this.strides = Arrays.copyOf(strides, Math.max(last, 0));
    }

    /**
     * {@return the layout of one shape cut into blocks of another}
     *
     * @param tensor a shape with at least one element
     * @param block shape of one block: same rank, each extent a divisor of the tensor's; not checked
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

    /** {@return the shape that is laid out} */
    public Shape tensor() {
        return tensor;
    }

    /** {@return the number of blocks along each axis; same rank as the tensor} */
    public Shape qparams() {
        return qparams;
    }

    /** {@return the number of blocks} */
    public int blocks() {
        return (int) qparams.elements();
    }

    /** {@return the number of regions, see {@link Observation#regionsWhere}} */
    public int regions() {
        return region((int) tensor.elements() - 1, blocks() - 1) + 1;
    }

    /** The region that an element of a block is in. */
    int region(int element, int block) {
        return blocks() == 1 ? element / ElementReader.CHUNK : block;
    }

    /** {@return how many elements follow each other in a block: a stretch has so many of each of its blocks, if more than one} */
    public int run() {
        return run;
    }

    /** {@return the length in elements of a stretch that no chunk's end cuts} */
    public int inner() {
        return inner;
    }

    /**
     * {@return whether the element {@code distance} further on always belongs to the same block}
     *
     * @param distance in elements, row-major
     */
    public boolean repeatsEvery(int distance) {
        return distance % period == 0;
    }

    /** {@return a walk over the tensor from its first element} */
    public Walk walk() {
        return new Walk(0);
    }

    /**
     * {@return a walk over the tensor from element {@code start} on}
     *
     * @param start row-major index; a multiple of {@link ElementReader#CHUNK}
     */
    public Walk walk(int start) {
        return new Walk(start);
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
        private int phase;

        private Walk(int start) {
            next = start;
            within = start % inner;
            int rest = start / inner;
            for (int axis = sizes.length - 1; axis >= 0; axis--) {
                index[axis] = rest % sizes[axis];
                rest /= sizes[axis];
                base += strides[axis] * index[axis];
            }
        }

        /**
         * Moves to the stretch that follows, cut off at element {@code end}.
         *
         * @param end row-major index in the tensor, at most its number of elements
         * @return false, with the stretch left as it is, if {@code end} has been reached
         */
        public boolean next(int end) {
            if (next >= end) {
                return false;
            }
            if (within == inner) {
                advance();
            }
            from = next;
            to = Math.min(end, next + (inner - within));
            block = base + within / run;
            phase = within % run;
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

        /** {@return the first element of the stretch, as row-major index in the tensor} */
        public int from() {
            return from;
        }

        /** {@return the element after the last one of the stretch} */
        public int to() {
            return to;
        }

        /** {@return the block of the first element of the stretch; row-major index into {@link BlockLayout#qparams()}} */
        public int block() {
            return block;
        }

        /**
         * {@return the block of an element of the stretch}
         *
         * @param element row-major index in the tensor, from {@link #from()} up to {@link #to()}; not checked
         */
        public int blockOf(int element) {
            return block + (phase + element - from) / run;
        }
    }
}
