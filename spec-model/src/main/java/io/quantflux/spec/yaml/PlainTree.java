// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.yaml;

import io.quantflux.spec.InvalidSpecException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Unfolds what a YAML library shares between aliases into a tree of plain values, within limits. */
final class PlainTree {
    static final int MAX_VALUES = 200_000;
    static final int MAX_DEPTH = 32;

    private int values;

    Map<String, @Nullable Object> mapping(Map<?, ?> mapping) {
        return mapping("yaml", mapping, 1);
    }

    private Map<String, @Nullable Object> mapping(String path, Map<?, ?> mapping, int depth) {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        mapping.forEach((key, value) -> {
            if (!(key instanceof String || key instanceof Integer || key instanceof Long)) {
                throw new InvalidSpecException(
                        path, "keyed by " + (key == null ? "null" : key), "must be keyed by text; put it in quotes");
            }
            String name = key.toString();
            if (entries.containsKey(name)) {
                throw new InvalidSpecException(path, "keyed by " + name + " twice", "must have each key once");
            }
            entries.put(name, value(path + "." + name, value, depth + 1));
        });
        return entries;
    }

    private @Nullable Object value(String path, @Nullable Object value, int depth) {
        if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
            throw new InvalidSpecException(
                    "yaml",
                    depth > MAX_DEPTH ? "nested deeper than " + MAX_DEPTH : "more than " + MAX_VALUES + " values",
                    "must be smaller with its aliases unfolded");
        }
        if (value instanceof Map<?, ?> mapping) {
            return mapping(path, mapping, depth);
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> items = new ArrayList<>();
            for (Object item : list) {
                items.add(value(path + "[" + items.size() + "]", item, depth + 1));
            }
            return items;
        }
        if (value == null || value instanceof String || value instanceof Boolean || value instanceof Number) {
            return value;
        }
        throw new InvalidSpecException(path, value, "must be text, a number, true, false or null; put text in quotes");
    }
}
