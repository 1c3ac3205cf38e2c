// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.config;

import io.quantflux.spec.Granularity;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.SpecFields;
import io.quantflux.spec.SpecPresets;
import io.quantflux.spec.Suggestion;
import io.quantflux.spec.config.QuantizationConfig.Located;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the specs in a config: as objects, or as names out of {@code quantization_spec} or of presets. */
final class SpecReader {
    /** The reference's for the state {@code weight}: int8 with a scale an output channel. */
    private static final QuantizationSpec DEFAULT_WEIGHT = QuantizationSpec.builder()
            .granularity(new Granularity.PerChannel(0))
            .build();

    private final Map<?, ?> definitions;
    private final List<Located> found;

    SpecReader(Map<?, ?> definitions, List<Located> found) {
        this.definitions = definitions;
        this.found = found;
    }

    static TensorSpecs defaultState(String path) {
        return new TensorSpecs(path, Map.of("weight", DEFAULT_WEIGHT));
    }

    /** {@code null} and an empty object turn every tensor of the group off. */
    TensorSpecs group(String path, @Nullable Object value, QuantizationTarget target) {
        Map<String, @Nullable QuantizationSpec> entries = new LinkedHashMap<>();
        if (value != null) {
            Tree.object(path, value).forEach((key, spec) -> {
                QuantizationSpec read = spec == null ? null : spec(path + "." + key, spec);
                if (read != null) {
                    found.add(new Located(path + "." + key, read, target));
                }
                entries.put(key, read);
            });
        }
        return new TensorSpecs(path, Collections.unmodifiableMap(entries));
    }

    private QuantizationSpec spec(String path, Object value) {
        if (!(value instanceof String name)) {
            return fields(path, value);
        }
        if (definitions.get(name) instanceof Map<?, ?> definition) {
            return fields("quantization_spec." + name, definition);
        }
        if (SpecPresets.names().contains(name)) {
            return SpecPresets.spec(name);
        }
        TreeSet<String> known = new TreeSet<>(SpecPresets.names());
        definitions.keySet().forEach(key -> known.add(String.valueOf(key)));
        throw new InvalidSpecException(
                path,
                value,
                "must be a spec, null for off, or a known name; " + Suggestion.of(name, known) + "known names are "
                        + known);
    }

    private static QuantizationSpec fields(String path, Object value) {
        Map<String, @Nullable Object> fields = Tree.object(path, value);
        try {
            return SpecFields.read(fields);
        } catch (InvalidSpecException e) {
            throw e.within(path);
        }
    }
}
