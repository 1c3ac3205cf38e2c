// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.config;

import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.config.Choice.Kind;
import org.jspecify.annotations.Nullable;

/** The three groups of tensors of an op. */
record OpConfig(TensorSpecs input, TensorSpecs output, TensorSpecs state) {
    TensorSpecs specs(TensorPlace.Role role) {
        return switch (role) {
            case INPUT -> input;
            case OUTPUT -> output;
            case STATE -> state;
        };
    }

    /** A tensor that no entry of its group names is off. */
    Choice choose(TensorPlace place, @Nullable QatSchedule schedule) {
        TensorSpecs specs = specs(place.role());
        if (specs.entries() == null) {
            return new Choice(Kind.DEFAULT, null, schedule, specs.path() + " is left out");
        }
        String key = specs.keyFor(place.key());
        return key == null
                ? new Choice(Kind.OFF, null, schedule, specs.path() + " names neither " + place.key() + " nor *")
                : entry(specs, key, schedule);
    }

    static Choice entry(TensorSpecs specs, String key, @Nullable QatSchedule schedule) {
        QuantizationSpec spec = specs.entries() == null ? null : specs.entries().get(key);
        return new Choice(spec == null ? Kind.OFF : Kind.SPEC, spec, schedule, specs.path() + "." + key);
    }
}
