// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.config;

import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.engine.NonFinitePolicy;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.SpecFields;
import io.quantflux.spec.config.QuantizationConfig;
import io.quantflux.spec.json.SpecJson;
import io.quantflux.spec.yaml.SpecYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Specs and configs in files: YAML where the name ends in {@code .yaml} or {@code .yml}, else JSON. */
public final class SpecFiles {
    private SpecFiles() {}

    /**
     * One spec.
     *
     * @throws IOException if the file cannot be read as UTF-8 text
     * @throws InvalidSpecException if what it holds is wrong
     */
    public static QuantizationSpec spec(Path file) throws IOException {
        return SpecFields.read(tree(file));
    }

    /**
     * A config that chooses specs by tensor id.
     *
     * @param modules a file that maps module names to fully qualified types, or {@code null}
     * @throws IOException if a file cannot be read as UTF-8 text
     * @throws InvalidSpecException if what it holds is wrong
     */
    public static QuantizationConfig config(Path file, @Nullable Path modules) throws IOException {
        QuantizationConfig config = QuantizationConfig.read(tree(file));
        requireComponents(config);
        if (modules == null) {
            return config;
        }
        Map<String, String> types = new TreeMap<>();
        tree(modules).forEach((name, type) -> {
            if (!(type instanceof String text)) {
                throw new InvalidSpecException(
                        "module " + name,
                        type,
                        "must be a fully qualified type, such as torch.nn.modules.linear.Linear");
            }
            types.put(name, text);
        });
        return config.withModuleTypes(types);
    }

    /**
     * Checks what a spec alone cannot tell: its registry keys and the fields of its components.
     *
     * @throws InvalidSpecException naming the path of the first spec in the config that no component takes
     */
    private static void requireComponents(QuantizationConfig config) {
        CalibrationOperator operator = new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE);
        for (QuantizationConfig.Located each : config.specs()) {
            try {
                operator.start(each.spec(), each.target());
            } catch (InvalidSpecException e) {
                throw e.within(each.path());
            }
        }
    }

    private static Map<String, @Nullable Object> tree(Path file) throws IOException {
        String name = file.toString().toLowerCase(Locale.ROOT);
        String text = Files.readString(file);
        return name.endsWith(".yaml") || name.endsWith(".yml") ? SpecYaml.tree(text) : SpecJson.tree(text);
    }
}
