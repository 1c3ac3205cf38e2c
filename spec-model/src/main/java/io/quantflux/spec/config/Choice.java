// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.config;

import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.QuantizationSpec;
import org.jspecify.annotations.Nullable;

/**
 * What a config decides for one tensor.
 *
 * @param kind whether it is quantized
 * @param spec how, if {@code kind} is {@link Kind#SPEC}
 * @param schedule when observing and fake quantization begin and end, if the config says
 * @param origin the entry that decided, as a path into the file
 */
public record Choice(
        Kind kind,
        @Nullable QuantizationSpec spec,
        @Nullable QatSchedule schedule,
        String origin) {

    /** The three answers. */
    public enum Kind {
        /** Quantized as the entry says. */
        SPEC,
        /** Left as it is. */
        OFF,
        /** Quantized, and how is left to the default. */
        DEFAULT
    }
}
