// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

/** A small immutable array with a shape, compared bit by bit: what qparams and observer state are made of. */
public sealed interface NumericArray permits FloatArray, IntArray {
    /** {@return the extents along each axis} */
    Shape shape();

    /** {@return the number of values; equals {@code shape().elements()}} */
    int size();
}
