// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Specs by name: {@code {"preset": "a8_per_channel"}} stands for the preset's fields, and further keys beside it replace
 * them one by one.
 *
 * <p>{@code a…} are for activations. The two microscaling ones, {@code a_mx…_b32}, have blocks of 32 along the last axis,
 * the one a matrix product sums over, and the {@code static} calculator: a block's scale comes from the tensor at hand, as
 * the OCP specification has it. {@code w…} are the reference's for weights, with the axes of linear and convolution layers.
 */
public final class SpecPresets {
    private static final Map<String, Map<String, @Nullable Object>> PRESETS = new TreeMap<>(Map.of(
            "a8_per_tensor", Map.of("dtype", "int8"),
            "a8_per_channel", Map.of("dtype", "int8", "granularity", perChannel(1)),
            "a_fp8", Map.of("dtype", "float8_e4m3fn"),
            "a_mxfp8_b32", microscaling("float8_e4m3fn"),
            "a_mxfp4_b32", microscaling("float4_e2m1fn_x2"),
            "w8", Map.of("dtype", "int8", "granularity", perChannel(0)),
            "w4", Map.of("dtype", "int4", "granularity", perChannel(0)),
            "w4_per_block", Map.of("dtype", "int4", "granularity", perBlock(1))));

    private SpecPresets() {}

    /** {@return every preset's name, sorted} */
    public static Set<String> names() {
        return new TreeSet<>(PRESETS.keySet());
    }

    /**
     * {@return the spec of a preset}
     *
     * @param name one of {@link #names()}
     * @throws InvalidSpecException if there is none of that name, listing those there are
     */
    public static QuantizationSpec spec(String name) {
        return SpecFields.read(fields(name));
    }

    static Map<String, @Nullable Object> fields(String name) {
        Map<String, @Nullable Object> fields = PRESETS.get(name);
        if (fields == null) {
            throw new InvalidSpecException(
                    "preset",
                    name,
                    "must be a preset; " + Suggestion.of(name, names()) + "known presets are " + List.copyOf(names()));
        }
        return fields;
    }

    private static Map<String, @Nullable Object> microscaling(String dtype) {
        return Map.of(
                "dtype",
                dtype,
                "scale_dtype",
                "float8_e8m0fnu",
                "granularity",
                perBlock(-1),
                "qparam_calculator_cls",
                "static");
    }

    private static Map<String, Object> perChannel(int axis) {
        return Map.of("type", "per_channel", "axis", axis);
    }

    private static Map<String, Object> perBlock(int axis) {
        return Map.of("type", "per_block", "axis", axis, "block_size", 32);
    }
}
