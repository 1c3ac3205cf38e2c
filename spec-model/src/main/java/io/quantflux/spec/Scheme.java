// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.Arrays;
import java.util.Locale;

/** How the quantized range lies around zero. */
public enum Scheme {
    /** The same distance on both sides; the scale is the greater magnitude over half the range. */
    SYMMETRIC,
    /** As symmetric, without the most negative value of a signed dtype. */
    SYMMETRIC_WITH_CLIPPING,
    /** From the least to the greatest value, zero kept representable. */
    ASYMMETRIC;

    /** {@return the reference's name, lower case} */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * {@return the scheme of a key}
     *
     * @param key symmetric, symmetric_with_clipping or asymmetric
     * @throws InvalidSpecException for any other name, listing the known ones
     */
    public static Scheme of(String key) {
        return Arrays.stream(values())
                .filter(known -> known.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new InvalidSpecException(
                        "qscheme",
                        key,
                        "must be one of "
                                + Arrays.stream(values()).map(Scheme::key).toList()));
    }
}
