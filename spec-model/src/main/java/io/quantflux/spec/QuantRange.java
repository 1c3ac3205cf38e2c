// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

/**
 * The representable quantized values of a dtype under a scheme, both ends included.
 *
 * @param min {@code quant_min}; an integer for integer dtypes
 * @param max {@code quant_max}
 */
public record QuantRange(float min, float max) {}
