// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import org.jspecify.annotations.Nullable;

/**
 * Quantization parameters: one value a block, with the rank of the tensor they belong to.
 *
 * @param scale size of a quantization step, float32, positive
 * @param zeroPoint the quantized value of 0.0; {@code null} for floating dtypes
 * @param minval the float value of {@code quant_min}; {@code null} for floating dtypes
 */
public record QParams(
        FloatArray scale,
        @Nullable IntArray zeroPoint,
        @Nullable FloatArray minval) {

    /**
     * Checks the fields against each other.
     *
     * @param scale size of a quantization step, float32, positive
     * @param zeroPoint the quantized value of 0.0; {@code null} for floating dtypes
     * @param minval the float value of {@code quant_min}; {@code null} for floating dtypes
     * @throws InvalidSpecException if only one of zero point and minval is there, or the shapes differ
     */
    public QParams {
        if ((zeroPoint == null) != (minval == null)) {
            throw new InvalidSpecException("zero_point", zeroPoint, "must be present together with minval");
        }
        requireShape("zero_point", scale, zeroPoint);
        requireShape("minval", scale, minval);
    }

    private static void requireShape(String field, FloatArray scale, @Nullable NumericArray array) {
        if (array != null && !array.shape().equals(scale.shape())) {
            throw new InvalidSpecException(field, array.shape(), "must have the shape of scale, " + scale.shape());
        }
    }

    /** {@return the number of blocks along each axis of the tensor} */
    public Shape shape() {
        return scale.shape();
    }
}
