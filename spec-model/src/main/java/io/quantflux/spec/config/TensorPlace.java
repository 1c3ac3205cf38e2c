// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.config;

import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.TensorId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a tensor is in a model.
 *
 * @param module dotted name of the module or op, as {@code named_modules()} gives it; empty for the model itself
 * @param role which of the module's tensors it is
 * @param key its index or name among those of its role, as a config's keys say it
 */
record TensorPlace(String module, Role role, String key) {
    private static final Pattern PORT = Pattern.compile("(.*):(input|output)(?:\\.([A-Za-z0-9_]+))?");

    enum Role {
        INPUT,
        OUTPUT,
        STATE
    }

    /**
     * Reads a tensor id: {@code run/module} is the module's first output, {@code run/module:output.1} its second, {@code
     * run/module:input.0} its first input; of a weight, {@code run/module.weight}.
     */
    static TensorPlace of(TensorId id, QuantizationTarget target) {
        String name = id.value().substring(id.value().indexOf('/') + 1);
        if (target != QuantizationTarget.ACTIVATION) {
            int dot = name.lastIndexOf('.');
            return new TensorPlace(name.substring(0, Math.max(dot, 0)), Role.STATE, name.substring(dot + 1));
        }
        Matcher port = PORT.matcher(name);
        if (!port.matches()) {
            return new TensorPlace(name, Role.OUTPUT, "0");
        }
        return new TensorPlace(
                port.group(1),
                port.group(2).equals("input") ? Role.INPUT : Role.OUTPUT,
                port.group(3) == null ? "0" : port.group(3));
    }

    /** The last part of the dotted name: what a functional op is called within its module, {@code add_1}. */
    String op() {
        return module.substring(module.lastIndexOf('.') + 1);
    }
}
