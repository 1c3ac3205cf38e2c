// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The extents of a tensor along each axis, outermost first (row-major). Rank 0 is a scalar and has one element.
 *
 * <p>Extents are at least 0 and their product fits a {@code long}; rank is at most {@value #MAX_RANK}.
 */
public final class Shape {
    /** Most axes a tensor may have. */
    public static final int MAX_RANK = 16;
    /** Rank 0: one element. */
    public static final Shape SCALAR = new Shape(new int[0], 1);

    private final int[] dims;
    private final long elements;

    private Shape(int[] dims, long elements) {
        this.dims = dims;
        this.elements = elements;
    }

    /**
     * {@return the shape with these extents}
     *
     * @param dims extents, outermost first; none for a scalar
     * @throws InvalidSpecException on a negative extent, more than {@value #MAX_RANK} axes, or an element count over
     *     2^63−1
     */
    public static Shape of(int... dims) {
        return dims.length == 0 ? SCALAR : checked(dims.clone());
    }

    /**
     * {@return the shape with these extents, as they travel in records}
     *
     * @param dims extents, outermost first; none for a scalar
     */
    public static Shape of(List<? extends Number> dims) {
        int[] extents = new int[dims.size()];
        for (int axis = 0; axis < extents.length; axis++) {
            long extent = dims.get(axis).longValue();
            if (extent > Integer.MAX_VALUE || extent < 0) {
                throw new InvalidSpecException("shape", dims, "every extent must be between 0 and 2^31-1");
            }
            extents[axis] = (int) extent;
        }
        return of(extents);
    }

    private static Shape checked(int[] dims) {
        if (dims.length > MAX_RANK) {
            throw new InvalidSpecException("shape", Arrays.toString(dims), "must have at most " + MAX_RANK + " axes");
        }
        long elements = 1;
        for (int extent : dims) {
            if (extent < 0) {
                throw new InvalidSpecException("shape", Arrays.toString(dims), "every extent must be at least 0");
            }
            try {
                elements = Math.multiplyExact(elements, (long) extent);
            } catch (ArithmeticException e) {
                throw new InvalidSpecException("shape", Arrays.toString(dims), "must have fewer than 2^63 elements");
            }
        }
        return new Shape(dims, elements);
    }

    /** {@return the number of axes} */
    public int rank() {
        return dims.length;
    }

    /**
     * {@return the extent along an axis, counted from 0; negative axes are not taken here}
     *
     * @param axis from 0
     */
    public int dim(int axis) {
        return dims[axis];
    }

    /** {@return the product of all extents; 1 for a scalar} */
    public long elements() {
        return elements;
    }

    /**
     * {@return this shape with another extent along one axis}
     *
     * @param axis from 0
     * @param extent at least 0
     */
    public Shape with(int axis, int extent) {
        int[] changed = dims.clone();
        changed[axis] = extent;
        return checked(changed);
    }

    /** {@return a copy of the extents} */
    public int[] toArray() {
        return dims.clone();
    }

    /** {@return the extents, outermost first} */
    public List<Integer> toList() {
        return Arrays.stream(dims).boxed().toList();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Shape other && Arrays.equals(dims, other.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    /** {@code 8x100}, or {@code scalar} for rank 0. */
    @Override
    public String toString() {
        return dims.length == 0
                ? "scalar"
                : Arrays.stream(dims).mapToObj(Integer::toString).collect(Collectors.joining("x"));
    }
}
