// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

/** A small immutable array with a shape, compared bit by bit: what qparams and observer state are made of. */
public sealed interface NumericArray permits FloatArray, IntArray {
    /** Extents along each axis. */
    Shape shape();

    /** Number of values; equals {@code shape().elements()}. */
    int size();
}
