// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.Arrays;

/** Immutable int32 values with a shape. */
public final class IntArray implements NumericArray {
    private final Shape shape;
    private final int[] values;

    private IntArray(Shape shape, int[] values) {
        this.shape = shape;
        this.values = values;
    }

    /**
     * {@return an array of these values}
     *
     * @param shape extents, outermost axis first
     * @param values row-major, as many as the shape has elements; copied
     * @throws InvalidSpecException if the number of values is not the shape's
     */
    public static IntArray of(Shape shape, int... values) {
        if (shape.elements() != values.length) {
            throw new InvalidSpecException(
                    "values", values.length + " values", "shape " + shape + " needs " + shape.elements());
        }
        return new IntArray(shape, values.clone());
    }

    @Override
    public Shape shape() {
        return shape;
    }

    @Override
    public int size() {
        return values.length;
    }

    /**
     * {@return the value there}
     *
     * @param index row-major, from 0
     */
    public int get(int index) {
        return values[index];
    }

    /** {@return a copy of the values, row-major} */
    public int[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof IntArray other && shape.equals(other.shape) && Arrays.equals(values, other.values);
    }

    @Override
    public int hashCode() {
        return 31 * shape.hashCode() + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return shape + Arrays.toString(values);
    }
}
