// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.Arrays;
import java.util.Locale;

/** How the elements of an activation are stored: IEEE single, IEEE half, or bfloat16; always little-endian. */
public enum ElementType {
    /** IEEE binary32. */
    FLOAT32(4),
    /** IEEE binary16. */
    FLOAT16(2),
    /** The upper half of a float32. */
    BFLOAT16(2);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** {@return the bytes an element takes} */
    public int bytes() {
        return bytes;
    }

    /** {@return the reference's name: {@code float32}, {@code float16}, {@code bfloat16}} */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * {@return the element type of a key}
     *
     * @param key float32, float16 or bfloat16
     * @throws InvalidSpecException for any other name
     */
    public static ElementType of(String key) {
        return Arrays.stream(values())
                .filter(type -> type.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new InvalidSpecException("dtype", key, "must be float32, float16 or bfloat16"));
    }
}
