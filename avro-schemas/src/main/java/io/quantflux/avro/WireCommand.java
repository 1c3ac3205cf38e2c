// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A command on the wire: the action's key, and a nullable field for each argument an action can take. */
final class WireCommand {
    private static final Map<String, Function<Arguments, Action>> ACTIONS = new LinkedHashMap<>();

    static {
        ACTIONS.put("set_export_mode", arguments -> new Action.SetExportMode(arguments.needEnabled()));
        ACTIONS.put("set_observer", arguments -> new Action.SetObserver(arguments.needEnabled()));
        ACTIONS.put("set_fake_quant", arguments -> new Action.SetFakeQuant(arguments.needEnabled()));
        ACTIONS.put("set_calibration", arguments -> new Action.SetCalibration(arguments.needEnabled()));
        ACTIONS.put("set_training", arguments -> new Action.SetTraining(arguments.needEnabled()));
        ACTIONS.put("set_schedule", arguments -> new Action.SetSchedule(arguments.needSchedule()));
        ACTIONS.put("clear_schedule", arguments -> new Action.ClearSchedule());
        ACTIONS.put("set_spec", arguments -> new Action.SetSpec(arguments.needSpec()));
        ACTIONS.put("reset", arguments -> new Action.Reset());
        ACTIONS.put("re_enable", arguments -> new Action.ReEnable());
        Stream.concat(Stream.of((NonFinitePolicy) null), Arrays.stream(NonFinitePolicy.values()))
                .map(Action.SetNonFinite::new)
                .forEach(action -> ACTIONS.put(action.key(), arguments -> action));
    }

    private WireCommand() {}

    static io.quantflux.avro.wire.ControlCommand of(ControlCommand command) {
        Arguments arguments = Arguments.of(command.action());
        return new io.quantflux.avro.wire.ControlCommand(
                command.id(),
                command.actor(),
                command.selector().toString(),
                command.action().key(),
                arguments.enabled(),
                arguments.spec() == null ? null : WireValues.spec(arguments.spec()),
                WireValues.schedule(arguments.schedule()),
                command.effectiveStep());
    }

    /** @throws InvalidSpecException if the action is unknown, or an argument missing or not taken */
    static ControlCommand toDomain(io.quantflux.avro.wire.ControlCommand wire) {
        Function<Arguments, Action> factory = ACTIONS.get(wire.getAction());
        if (factory == null) {
            throw new InvalidSpecException("action", wire.getAction(), "must be one of " + ACTIONS.keySet());
        }
        Arguments given = new Arguments(
                wire.getAction(),
                wire.getEnabled(),
                wire.getSpec() == null ? null : WireValues.spec(wire.getSpec()),
                WireValues.schedule(wire.getSchedule()));
        Action action = factory.apply(given);
        given.refuseOtherThan(Arguments.of(action));
        return new ControlCommand(
                wire.getId(), wire.getActor(), Selector.of(wire.getSelector()), action, wire.getEffectiveStep());
    }

    /** What the actions take between them. */
    private record Arguments(
            String action,
            @Nullable Boolean enabled,
            @Nullable QuantizationSpec spec,
            @Nullable QatSchedule schedule) {

        static Arguments of(Action action) {
            Boolean enabled = null;
            QuantizationSpec spec = null;
            QatSchedule schedule = null;
            if (action instanceof Action.SetExportMode set) {
                enabled = set.enabled();
            } else if (action instanceof Action.SetObserver set) {
                enabled = set.enabled();
            } else if (action instanceof Action.SetFakeQuant set) {
                enabled = set.enabled();
            } else if (action instanceof Action.SetCalibration set) {
                enabled = set.started();
            } else if (action instanceof Action.SetTraining set) {
                enabled = set.started();
            } else if (action instanceof Action.SetSchedule set) {
                schedule = set.schedule();
            } else if (action instanceof Action.SetSpec set) {
                spec = set.spec();
            }
            return new Arguments(action.key(), enabled, spec, schedule);
        }

        boolean needEnabled() {
            return need("enabled", enabled);
        }

        QuantizationSpec needSpec() {
            return need("spec", spec);
        }

        QatSchedule needSchedule() {
            return need("schedule", schedule);
        }

        private <T> T need(String field, @Nullable T value) {
            if (value == null) {
                throw new InvalidSpecException(field, null, "is what " + action + " needs");
            }
            return value;
        }

        void refuseOtherThan(Arguments taken) {
            refuse("enabled", enabled, taken.enabled);
            refuse("spec", spec, taken.spec);
            refuse("schedule", schedule, taken.schedule);
        }

        private void refuse(String field, @Nullable Object given, @Nullable Object taken) {
            if (given != null && taken == null) {
                throw new InvalidSpecException(field, given, action + " does not take it");
            }
        }
    }
}
