// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import org.jspecify.annotations.Nullable;

/** How scales are kept: any float32, or powers of two only. */
public enum ScaleDType {
    /** The reference's {@code null}. */
    FLOAT32(null),
    /** Powers of two from 2^−127 to 2^127, eight bits of exponent and nothing else (OCP MX). */
    FLOAT8_E8M0FNU("float8_e8m0fnu");

    private final @Nullable String key;

    ScaleDType(@Nullable String key) {
        this.key = key;
    }

    /** {@return the reference's name; {@code null} for plain float32 scales} */
    public @Nullable String key() {
        return key;
    }
}
