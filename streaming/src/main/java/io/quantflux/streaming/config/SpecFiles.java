// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.config;

import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.Places;
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
        String text = Files.readString(file);
        try {
            return SpecFields.read(tree(file, text));
        } catch (InvalidSpecException e) {
            throw places(file, text).locate(e);
        }
    }

    /**
     * A refusal of something in a file, with the line and column where it is.
     *
     * @throws IOException if the file cannot be read as UTF-8 text
     */
    public static InvalidSpecException located(Path file, InvalidSpecException refusal) throws IOException {
        return places(file, Files.readString(file)).locate(refusal);
    }

    /**
     * A config that chooses specs by tensor id.
     *
     * @param modules a file that maps module names to fully qualified types, or {@code null}
     * @throws IOException if a file cannot be read as UTF-8 text
     * @throws InvalidSpecException if what it holds is wrong
     */
    public static QuantizationConfig config(Path file, @Nullable Path modules) throws IOException {
        String text = Files.readString(file);
        QuantizationConfig config;
        try {
            config = QuantizationConfig.read(tree(file, text));
            requireComponents(config);
        } catch (InvalidSpecException e) {
            throw places(file, text).locate(e);
        }
        if (modules == null) {
            return config;
        }
        Map<String, String> types = new TreeMap<>();
        tree(modules, Files.readString(modules)).forEach((module, type) -> {
            if (!(type instanceof String name)) {
                throw new InvalidSpecException(
                        "module " + module,
                        type,
                        "must be a fully qualified type, such as torch.nn.modules.linear.Linear");
            }
            types.put(module, name);
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

    private static Map<String, @Nullable Object> tree(Path file, String text) {
        return isYaml(file) ? SpecYaml.tree(text) : SpecJson.tree(text);
    }

    private static Places places(Path file, String text) {
        return isYaml(file) ? SpecYaml.places(text) : SpecJson.places(text);
    }

    private static boolean isYaml(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".yaml") || name.endsWith(".yml");
    }
}
