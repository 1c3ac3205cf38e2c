// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.qparams;

/** How the exponent of a power-of-two scale comes from the greatest magnitude of a block. */
enum ScaleRounding {
    /** The exponent of the magnitude itself, as in the OCP MX specification; the greatest values may be clipped. */
    FLOOR {
        @Override
        int exponent(float magnitude) {
            return ((Float.floatToRawIntBits(magnitude) >> 23) & 0xFF) - 127;
        }
    };

    /** Unbiased; −127 for zero and subnormals, 128 for what is not finite. */
    abstract int exponent(float magnitude);
}
