// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@link Granularity} as the tree {@code {type, axis, block_size}}. */
final class GranularityFields {
    private GranularityFields() {}

    static Granularity read(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> fields)) {
            throw new InvalidSpecException("granularity", value, "must be an object with a type");
        }
        Object type = fields.get("type");
        if (type == null) {
            throw new InvalidSpecException(
                    "granularity.type", null, "Missing type key: per_tensor, per_channel or per_block");
        }
        return switch (type.toString()) {
            case "per_tensor" -> {
                requireKnown(fields, Set.of("type", "axis"));
                if (fields.get("axis") != null) {
                    throw new InvalidSpecException(
                            "granularity.axis", fields.get("axis"), "must be null for per_tensor");
                }
                yield new Granularity.PerTensor();
            }
            case "per_channel" -> {
                requireKnown(fields, Set.of("type", "axis"));
                yield new Granularity.PerChannel(axis(fields));
            }
            case "per_block" -> {
                requireKnown(fields, Set.of("type", "axis", "block_size"));
                yield perBlock(fields);
            }
            default ->
                throw new InvalidSpecException(
                        "granularity.type", type, "must be per_tensor, per_channel or per_block");
        };
    }

    private static Granularity perBlock(Map<?, ?> fields) {
        Object size = fields.get("block_size");
        if (size instanceof List<?> sizes) {
            if (fields.get("axis") != null) {
                throw new InvalidSpecException(
                        "granularity.axis", fields.get("axis"), "must be null when block_size lists every axis");
            }
            List<Integer> entries = new ArrayList<>();
            for (Object entry : sizes) {
                entries.add(integer("granularity.block_size", entry));
            }
            return new Granularity.PerBlocks(entries);
        }
        return new Granularity.PerBlock(axis(fields), integer("granularity.block_size", size));
    }

    private static @Nullable Integer axis(Map<?, ?> fields) {
        Object axis = fields.get("axis");
        return axis == null ? null : (Integer) integer("granularity.axis", axis);
    }

    private static int integer(String field, @Nullable Object value) {
        if (value instanceof Integer || value instanceof Long) {
            long number = ((Number) value).longValue();
            if ((int) number == number) {
                return (int) number;
            }
        }
        throw new InvalidSpecException(field, value, "must be a whole number");
    }

    private static void requireKnown(Map<?, ?> fields, Set<String> known) {
        for (Object key : fields.keySet()) {
            if (!known.contains(String.valueOf(key))) {
                throw new InvalidSpecException(
                        "granularity." + key,
                        fields.get(key),
                        "is no field of " + fields.get("type") + "; " + Suggestion.of(String.valueOf(key), known)
                                + "known fields are " + new TreeSet<>(known));
            }
        }
    }

    static Map<String, @Nullable Object> write(Granularity granularity) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("type", granularity.type());
        fields.put("axis", null);
        if (granularity instanceof Granularity.PerChannel channel) {
            fields.put("axis", channel.axis());
        } else if (granularity instanceof Granularity.PerBlock block) {
            fields.put("axis", block.axis());
            fields.put("block_size", block.blockSize());
        } else if (granularity instanceof Granularity.PerBlocks blocks) {
            fields.put("block_size", blocks.blockSizes());
        }
        return fields;
    }
}
