// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.fuzz;

import io.quantflux.avro.Activation;
import io.quantflux.avro.ActivationCodec;
import io.quantflux.avro.ControlCodec;
import io.quantflux.spec.FloatDType;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Scheme;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import java.util.ArrayList;
import java.util.List;

/** Good records and commands of every kind, to mutate. */
final class Seeds {
    private static final List<QuantizationSpec> SPECS = List.of(
            QuantizationSpec.DEFAULT,
            QuantizationSpec.builder()
                    .qscheme(Scheme.ASYMMETRIC)
                    .granularity(new Granularity.PerChannel(0))
                    .build(),
            QuantizationSpec.builder()
                    .dtype(FloatDType.FLOAT8_E4M3FN)
                    .granularity(new Granularity.PerBlock(1, 2))
                    .extra("averaging_constant", 0.2)
                    .build());

    private Seeds() {}

    static List<byte[]> records() {
        List<byte[]> records = new ArrayList<>();
        float[] values = {0, -0f, 1, -2.5f, 3e38f, 1e-40f, Float.NaN, Float.NEGATIVE_INFINITY};
        for (Shape shape : List.of(Shape.of(8), Shape.of(2, 4), Shape.of(1, 2, 2, 2))) {
            Tensor tensor = Tensor.of(shape, values);
            records.add(
                    ActivationCodec.encode(new Activation(3, tensor, null, QuantizationTarget.ACTIVATION, "fuzz", 7)));
            for (QuantizationSpec spec : SPECS) {
                records.add(
                        ActivationCodec.encode(new Activation(3, tensor, spec, QuantizationTarget.WEIGHT, "fuzz", 7)));
            }
        }
        records.add(ActivationCodec.encode(
                new Activation(0, Tensor.of(Shape.SCALAR, 1), null, QuantizationTarget.ACTIVATION, "", -1)));
        return records;
    }

    static List<byte[]> commands() {
        List<Action> actions = List.of(
                new Action.SetExportMode(true),
                new Action.SetObserver(false),
                new Action.SetFakeQuant(true),
                new Action.SetCalibration(true),
                new Action.SetTraining(false),
                new Action.SetSchedule(new QatSchedule(1, 2, 3L)),
                new Action.SetSpec(QuantizationSpec.DEFAULT),
                new Action.SetNonFinite(NonFinitePolicy.PROPAGATE),
                new Action.Reset(),
                new Action.ReEnable());
        List<byte[]> commands = new ArrayList<>();
        for (Action action : actions) {
            for (String selector : List.of("run/a", "run/*", "regex:run/(a|b)+\\d{1,3}")) {
                commands.add(ControlCodec.encode(new ControlCommand(
                        "id-" + commands.size(),
                        "ada",
                        Selector.of(selector),
                        action,
                        action.hashCode() % 2 == 0 ? null : 5L)));
            }
        }
        return commands;
    }
}
