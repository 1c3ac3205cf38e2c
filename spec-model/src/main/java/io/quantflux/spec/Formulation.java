// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.Arrays;
import java.util.Locale;

/** What a quantized value is relative to. */
public enum Formulation {
    /** An integer zero point: {@code x' = (q - zero_point) * scale}. */
    ZP,
    /** The least float value: {@code x' = (q - quant_min) * scale + minval}. */
    MINVAL;

    /** {@return the reference's name, lower case} */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * {@return the formulation of a key}
     *
     * @param key zp or minval
     * @throws InvalidSpecException for any other name, listing the known ones
     */
    public static Formulation of(String key) {
        return Arrays.stream(values())
                .filter(known -> known.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new InvalidSpecException(
                        "qformulation",
                        key,
                        "must be one of "
                                + Arrays.stream(values()).map(Formulation::key).toList()));
    }
}
