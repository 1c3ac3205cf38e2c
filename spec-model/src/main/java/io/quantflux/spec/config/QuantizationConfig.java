// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.config;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.config.Choice.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the spec of each tensor by its id, as the reference's {@code QuantizerConfig} does by module and op.
 *
 * <p>The part of a tensor id behind its first {@code /} is the module's name. Entries by module name win over those by
 * module type, and these over the global one; of two that match, the later. An entry holds for all modules within the
 * one it names too, its module-level specs aside. Immutable.
 */
public final class QuantizationConfig {
    private final @Nullable ModuleConfig global;
    private final Map<String, ModuleConfig> types;
    private final List<ModuleConfig.Named<ModuleConfig>> names;
    private final List<Located> specs;
    private final Map<String, String> moduleTypes;

    /**
     * @param global {@code null} to leave every tensor that nothing names to the default
     * @param types by module type, last first
     * @param names by pattern of module names, last first
     * @param specs every spec in it
     */
    QuantizationConfig(
            @Nullable ModuleConfig global,
            Map<String, ModuleConfig> types,
            List<ModuleConfig.Named<ModuleConfig>> names,
            List<Located> specs,
            Map<String, String> moduleTypes) {
        this.global = global;
        this.types = types;
        this.names = List.copyOf(names);
        this.specs = List.copyOf(specs);
        this.moduleTypes = Map.copyOf(moduleTypes);
    }

    /**
     * A spec and where in the file it is; {@code target} says what kind of tensor it is for.
     *
     * @param path where in the file
     * @param spec what is there
     * @param target what kind of tensor it is for
     */
    public record Located(String path, QuantizationSpec spec, QuantizationTarget target) {}

    /**
     * Reads the reference's tree: {@code quantization_config} and, beside it, {@code quantization_spec}.
     *
     * @param document the whole document: {@code quantization_config} and, if there are any, definitions in {@code
     *     quantization_spec}
     * @return the config
     * @throws InvalidSpecException naming the path of the first key or value that is wrong
     */
    public static QuantizationConfig read(Map<String, ? extends @Nullable Object> document) {
        return new ConfigReader().read(document);
    }

    /**
     * {@return this config with the model's modules, as {@code named_modules()} lists them}. Entries by module type need
     * it, for a tensor does not carry the type of its module.
     *
     * @param typeByName fully qualified type of each module by its name; the empty name is the model
     */
    public QuantizationConfig withModuleTypes(Map<String, String> typeByName) {
        return new QuantizationConfig(global, types, names, specs, typeByName);
    }

    /** {@return the module types it has entries for that no module is known to have: those entries choose nothing} */
    public Set<String> unusedModuleTypes() {
        Set<String> unused = new TreeSet<>(types.keySet());
        unused.removeAll(moduleTypes.values());
        return unused;
    }

    /** {@return every spec in it, so that registry keys and extra fields can be checked before the first tensor} */
    public List<Located> specs() {
        return specs;
    }

    /**
     * {@return what it says of a tensor}
     *
     * @param id of the tensor; its part behind the first / is the module
     * @param target what the tensor is: activation, weight or look-up table
     */
    public Choice choose(TensorId id, QuantizationTarget target) {
        TensorPlace place = TensorPlace.of(id, target);
        String opType = OpTypes.of(place, moduleTypes.get(place.module()));
        for (ModuleConfig.Named<ModuleConfig> entry : names) {
            for (String module = place.module(); module != null; module = parent(module)) {
                if (entry.matches(module)) {
                    return entry.config().choose(place, module.equals(place.module()), opType);
                }
            }
        }
        for (Map.Entry<String, ModuleConfig> entry : types.entrySet()) {
            for (String module = place.module(); module != null; module = parent(module)) {
                if (entry.getKey().equals(moduleTypes.get(module))) {
                    return entry.getValue().choose(place, module.equals(place.module()), opType);
                }
            }
        }
        return global == null
                ? new Choice(Kind.DEFAULT, null, null, "quantization_config.global_config is left out")
                : global.choose(place, false, opType);
    }

    /** The module a module lies in, down to the model itself, whose name is empty. */
    private static @Nullable String parent(String module) {
        return module.isEmpty() ? null : module.substring(0, Math.max(module.lastIndexOf('.'), 0));
    }
}
