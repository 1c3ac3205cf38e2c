// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.config;

import io.quantflux.spec.LinearPattern;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.config.Choice.Kind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a config says of a module and all within it.
 *
 * @param path where in the file
 * @param off the module is {@code null} in the file
 * @param ops its ops that no entry below names
 * @param opTypes by op type; the later of two that match wins, so as they are looked through: last first
 * @param opNames by pattern, last first
 * @param boundary what enters, leaves and belongs to the module itself; not handed down to modules within it
 */
record ModuleConfig(
        String path,
        boolean off,
        OpConfig ops,
        Map<String, OpConfig> opTypes,
        List<Named<OpConfig>> opNames,
        OpConfig boundary,
        @Nullable QatSchedule schedule) {

    /** An entry whose key is a regular expression. */
    record Named<T>(LinearPattern pattern, T config) {
        boolean matches(String name) {
            return pattern.matches(name);
        }
    }

    /**
     * @param own whether an entry named the module itself, not one it lies in
     * @param opType {@code null} if unknown
     */
    Choice choose(TensorPlace place, boolean own, @Nullable String opType) {
        if (off) {
            return new Choice(Kind.OFF, null, null, path + " is null");
        }
        if (own) {
            TensorSpecs specs = boundary.specs(place.role());
            String key = specs.keyFor(place.key());
            if (key != null) {
                return OpConfig.entry(specs, key, schedule);
            }
        }
        return op(place, opType).choose(place, schedule);
    }

    private OpConfig op(TensorPlace place, @Nullable String opType) {
        for (Named<OpConfig> named : opNames) {
            if (named.matches(place.module()) || named.matches(place.op())) {
                return named.config();
            }
        }
        if (opType != null) {
            for (Map.Entry<String, OpConfig> typed : opTypes.entrySet()) {
                if (OpTypes.same(typed.getKey(), opType)) {
                    return typed.getValue();
                }
            }
        }
        return ops;
    }
}
