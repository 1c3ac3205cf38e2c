// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.config;

import io.quantflux.spec.QuantizationSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The specs of one group of tensors, inputs, outputs or state, by index, name or {@code *}.
 *
 * @param path where in the file
 * @param entries {@code null} values are off; {@code null} as a whole leaves the group to the default
 */
record TensorSpecs(String path, @Nullable Map<String, @Nullable QuantizationSpec> entries) {
    static final String ALL = "*";

    /** The key that decides for a tensor: its own, or {@code *}; {@code null} if neither is there. */
    @Nullable
    String keyFor(String tensor) {
        if (entries == null) {
            return null;
        }
        return entries.containsKey(tensor) ? tensor : entries.containsKey(ALL) ? ALL : null;
    }
}
