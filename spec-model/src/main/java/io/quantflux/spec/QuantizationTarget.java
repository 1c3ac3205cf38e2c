// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.Arrays;
import java.util.Locale;

/** What is being quantized; the calculator {@code default} resolves by it. */
public enum QuantizationTarget {
    /** Calibrated by its own values: {@code default} is {@code static}. */
    WEIGHT,
    /** Calibrated over many batches: {@code default} is {@code moving_average}. */
    ACTIVATION,
    /** A palette's look-up table: {@code default} is {@code static}. */
    LUT;

    /** {@return the reference's name, lower case} */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * {@return the target of a key}
     *
     * @param key activation, weight or lut
     * @throws InvalidSpecException for any other name, listing the known ones
     */
    public static QuantizationTarget of(String key) {
        return Arrays.stream(values())
                .filter(known -> known.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new InvalidSpecException(
                        "target",
                        key,
                        "must be one of "
                                + Arrays.stream(values())
                                        .map(QuantizationTarget::key)
                                        .toList()));
    }
}
