// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.Arrays;

/** Immutable float32 values with a shape. */
public final class FloatArray implements NumericArray {
    private final Shape shape;
    private final float[] values;

    private FloatArray(Shape shape, float[] values) {
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
    public static FloatArray of(Shape shape, float... values) {
        if (shape.elements() != values.length) {
            throw new InvalidSpecException(
                    "values", values.length + " values", "shape " + shape + " needs " + shape.elements());
        }
        return new FloatArray(shape, values.clone());
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
    public float get(int index) {
        return values[index];
    }

    /** {@return a copy of the values, row-major} */
    public float[] toArray() {
        return values.clone();
    }

    /**
     * The least value.
     *
     * @return NaN if any value is; +Infinity if there are none
     */
    public float min() {
        float min = Float.POSITIVE_INFINITY;
        for (float value : values) {
            min = Math.min(min, value);
        }
        return min;
    }

    /**
     * The greatest value.
     *
     * @return NaN if any value is; -Infinity if there are none
     */
    public float max() {
        float max = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            max = Math.max(max, value);
        }
        return max;
    }

    /** Equal if shape and every bit agree: +0 differs from -0, and a NaN equals itself. */
    @Override
    public boolean equals(Object o) {
        if (!(o instanceof FloatArray other) || !shape.equals(other.shape)) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            if (Float.floatToRawIntBits(values[i]) != Float.floatToRawIntBits(other.values[i])) {
                return false;
            }
        }
        return true;
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
