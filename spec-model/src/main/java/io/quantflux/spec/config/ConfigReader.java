// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.config;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.LinearPattern;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.config.ModuleConfig.Named;
import io.quantflux.spec.config.QuantizationConfig.Located;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Reads the tree of a config. Keys it does not know are refused, also where the reference drops them. */
final class ConfigReader {
    private static final String CONFIG = "quantization_config";
    private static final String DEFINITIONS = "quantization_spec";
    private static final List<String> OP_KEYS = List.of("op_input_spec", "op_output_spec", "op_state_spec");
    private static final List<String> MODULE_KEYS = List.of(
            "op_input_spec",
            "op_output_spec",
            "op_state_spec",
            "op_type_config",
            "op_name_config",
            "module_input_spec",
            "module_output_spec",
            "module_state_spec",
            "qat_schedule");

    private final List<Located> specs = new ArrayList<>();
    private SpecReader reader = new SpecReader(Map.of(), specs);

    QuantizationConfig read(Map<String, ? extends @Nullable Object> document) {
        Tree.requireKnown("config", document, List.of(CONFIG, DEFINITIONS));
        if (document.get(DEFINITIONS) instanceof Map<?, ?> definitions) {
            reader = new SpecReader(definitions, specs);
        }
        Map<String, @Nullable Object> config = Tree.object(CONFIG, document.get(CONFIG));
        Tree.requireKnown(
                CONFIG,
                config,
                List.of(
                        "global_config",
                        "module_type_configs",
                        "module_name_configs",
                        "preserved_attributes",
                        "execution_mode",
                        "kv_cache_quant_configs"));
        Object mode = config.get("execution_mode");
        if (config.containsKey("execution_mode") && !"graph".equals(mode) && !"eager".equals(mode)) {
            throw new InvalidSpecException(CONFIG + ".execution_mode", mode, "must be graph or eager");
        }
        ModuleConfig global = null;
        if (config.containsKey("global_config")) {
            global = module(CONFIG + ".global_config", config.get("global_config"));
            requireNoBoundary(CONFIG + ".global_config", config.get("global_config"));
        }
        Map<String, ModuleConfig> types = lastFirst(CONFIG + ".module_type_configs", config, (path, entry) -> {
            if (!entry.getKey().contains(".")) {
                throw new InvalidSpecException(
                        path, entry.getKey(), "must be a fully qualified type, such as torch.nn.modules.linear.Linear");
            }
            return module(path, entry.getValue());
        });
        Map<String, Named<ModuleConfig>> names = lastFirst(
                CONFIG + ".module_name_configs",
                config,
                (path, entry) -> new Named<>(LinearPattern.of(path, entry.getKey()), module(path, entry.getValue())));
        return new QuantizationConfig(global, types, List.copyOf(names.values()), specs, Map.of());
    }

    private ModuleConfig module(String path, @Nullable Object value) {
        boolean off = value == null;
        Map<String, @Nullable Object> fields = off ? Map.of() : Tree.object(path, value);
        Tree.requireKnown(path, fields, MODULE_KEYS);
        Map<String, OpConfig> types =
                lastFirst(path + ".op_type_config", fields, (at, entry) -> ops(at, entry.getValue()));
        Map<String, Named<OpConfig>> names = lastFirst(
                path + ".op_name_config",
                fields,
                (at, entry) -> new Named<>(LinearPattern.of(at, entry.getKey()), ops(at, entry.getValue())));
        return new ModuleConfig(
                path,
                off,
                groups(path, "op_", fields, false),
                types,
                List.copyOf(names.values()),
                groups(path, "module_", fields, true),
                schedule(path + ".qat_schedule", fields.get("qat_schedule")));
    }

    private OpConfig ops(String path, @Nullable Object value) {
        Map<String, @Nullable Object> fields = value == null ? Map.of() : Tree.object(path, value);
        Tree.requireKnown(path, fields, OP_KEYS);
        return groups(path, "op_", fields, value == null);
    }

    /** @param off whether a group that is left out is off; else it has its default */
    private OpConfig groups(String path, String prefix, Map<String, @Nullable Object> fields, boolean off) {
        return new OpConfig(
                group(path, prefix + "input_spec", fields, off, QuantizationTarget.ACTIVATION),
                group(path, prefix + "output_spec", fields, off, QuantizationTarget.ACTIVATION),
                group(path, prefix + "state_spec", fields, off, QuantizationTarget.WEIGHT));
    }

    private TensorSpecs group(
            String path, String key, Map<String, @Nullable Object> fields, boolean off, QuantizationTarget target) {
        if (fields.containsKey(key)) {
            return reader.group(path + "." + key, fields.get(key), target);
        }
        if (off) {
            return new TensorSpecs(path, Map.of());
        }
        return target == QuantizationTarget.WEIGHT
                ? SpecReader.defaultState(path + "." + key)
                : new TensorSpecs(path + "." + key, null);
    }

    /* ---- parts ---- */

    private static <T> Map<String, T> lastFirst(
            String path,
            Map<String, @Nullable Object> fields,
            BiFunction<String, Map.Entry<String, @Nullable Object>, T> read) {
        Object value = fields.get(path.substring(path.lastIndexOf('.') + 1));
        Map<String, @Nullable Object> entries = value == null ? Map.of() : Tree.object(path, value);
        List<String> keys = new ArrayList<>(entries.keySet());
        Map<String, T> inFileOrder = new LinkedHashMap<>();
        entries.entrySet().forEach(e -> inFileOrder.put(e.getKey(), read.apply(path + "." + e.getKey(), e)));
        Collections.reverse(keys);
        Map<String, T> lastFirst = new LinkedHashMap<>();
        for (String key : keys) {
            T entry = inFileOrder.get(key);
            if (entry != null) {
                lastFirst.put(key, entry);
            }
        }
        return Collections.unmodifiableMap(lastFirst);
    }

    private static @Nullable QatSchedule schedule(String path, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        Map<String, @Nullable Object> fields = Tree.object(path, value);
        Tree.requireKnown(path, fields, List.of("enable_observer", "enable_fake_quant", "disable_observer"));
        try {
            return new QatSchedule(
                    Tree.step(path + ".enable_observer", fields.getOrDefault("enable_observer", 0)),
                    Tree.step(path + ".enable_fake_quant", fields.getOrDefault("enable_fake_quant", 0)),
                    fields.get("disable_observer") == null
                            ? null
                            : (Long) Tree.step(path + ".disable_observer", fields.get("disable_observer")));
        } catch (InvalidSpecException e) {
            throw e.within(path.substring(0, path.lastIndexOf('.')));
        }
    }

    private static void requireNoBoundary(String path, @Nullable Object global) {
        if (global instanceof Map<?, ?> fields) {
            for (String key : List.of("module_input_spec", "module_output_spec", "module_state_spec")) {
                if (fields.get(key) instanceof Map<?, ?> specs && !specs.isEmpty()) {
                    throw new InvalidSpecException(
                            path + "." + key,
                            Tree.shown(specs),
                            "is only for module_type_configs and module_name_configs");
                }
            }
        }
    }
}
