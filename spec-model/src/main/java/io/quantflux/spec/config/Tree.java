// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.config;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.Suggestion;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checked access to a tree of plain values; every refusal names the path. */
final class Tree {
    private Tree() {}

    /** An object's entries in their order; keys that are whole numbers, such as the index of an output, become text. */
    static Map<String, @Nullable Object> object(String path, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> fields)) {
            throw new InvalidSpecException(path, shown(value), "must be an object");
        }
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        fields.forEach((key, entry) -> {
            if (!(key instanceof String || key instanceof Integer || key instanceof Long)) {
                throw new InvalidSpecException(path, "keyed by " + key, "must be keyed by text; put it in quotes");
            }
            if (entries.containsKey(key.toString())) {
                throw new InvalidSpecException(path, "keyed by " + key + " twice", "must have each key once");
            }
            entries.put(key.toString(), entry);
        });
        return entries;
    }

    static void requireKnown(String path, Map<String, ? extends @Nullable Object> fields, Collection<String> known) {
        for (Map.Entry<String, ? extends @Nullable Object> field : fields.entrySet()) {
            if (!known.contains(field.getKey())) {
                throw new InvalidSpecException(
                        path + "." + field.getKey(),
                        shown(field.getValue()),
                        "is no key here; " + Suggestion.of(field.getKey(), known) + "known keys are " + known);
            }
        }
    }

    /** A training step. */
    static long step(String path, @Nullable Object value) {
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw new InvalidSpecException(path, shown(value), "must be a whole number");
    }

    /** What a message says of a value: never a whole subtree. */
    static @Nullable Object shown(@Nullable Object value) {
        if (value instanceof Map) {
            return "an object";
        }
        return value instanceof Collection ? "a list" : value;
    }
}
