// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.Activation;
import io.quantflux.avro.ActivationCodec;
import io.quantflux.avro.TensorEvent;
import io.quantflux.avro.TensorState;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.SpecPresets;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import io.quantflux.spec.yaml.SpecYaml;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShardConfigTest {
    private static final QuantizationSpec FALLBACK = SpecPresets.spec("a_fp8");
    private static final Tensor TENSOR = Tensor.of(Shape.of(1, 3), -1, 0.3f, 2);

    private final Shard shard = new Shard(
            0,
            new ShardSettings(
                    new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE),
                    FALLBACK,
                    SpecYaml.readConfig("""
                            quantization_config:
                              global_config: {op_output_spec: {"*": {dtype: int4}}, qat_schedule: {enable_fake_quant: 7}}
                              module_name_configs:
                                wide: {op_output_spec: {"*": {dtype: uint8}}}
                                silent: {}
                                skip.*: null
                                misfit: {op_output_spec: {"*": {granularity: {type: per_channel, axis: 5}}}}
                            """),
                    1,
                    100,
                    1 << 20,
                    true),
            Map.of(),
            List.of());
    private long offset;

    private List<Emission> record(String id, @Nullable QuantizationSpec spec) {
        Activation activation = new Activation(offset, TENSOR, spec, QuantizationTarget.ACTIVATION, "test", -1);
        return shard.fold(new ShardInput.TensorArrived(
                offset++, ShardJournal.utf8(id), ByteBuffer.wrap(ActivationCodec.encode(activation))));
    }

    private static TensorState state(List<Emission> emissions) {
        return ShardJournal.only(Emission.State.class, emissions).get(0).value();
    }

    private static String dtype(List<Emission> emissions) {
        return state(emissions).calibration().spec().dtype().key();
    }

    @Test
    void theRecordThenTheNameThenTheGlobalEntryThenTheDefaultSpecDecides() {
        assertThat(dtype(record("run/wide", SpecPresets.spec("w8")))).isEqualTo("int8");
        assertThat(dtype(record("other/wide", null))).isEqualTo("uint8");
        assertThat(dtype(record("run/anything", null))).isEqualTo("int4");
        assertThat(state(record("run/silent", null)).calibration().spec()).isEqualTo(FALLBACK);
    }

    @Test
    void aTensorKeepsTheSpecItBeganWith() {
        record("run/wide", null);
        assertThat(dtype(record("run/wide", SpecPresets.spec("w8")))).isEqualTo("uint8");
    }

    @Test
    void aScheduleInTheFileRulesTheTensorInATrainingSession() {
        TensorState tensor = state(record("run/anything", null));
        assertThat(tensor.schedule()).isNotNull();
        assertThat(tensor.calibration().switches().fakeQuant()).isTrue();
        shard.fold(new ShardInput.CommandArrived(new ControlEntry.Accepted(
                0, new ControlCommand("t", "ada", Selector.of("run/anything"), new Action.SetTraining(true), null))));
        assertThat(state(record("run/anything", null)).calibration().switches().fakeQuant())
                .isFalse();
        assertThat(state(record("run/wide", null)).schedule()).isNull();
    }

    @Test
    void aTensorThatIsOffPassesThroughUnobservedAndSaysWhyOnce() {
        List<Emission> emissions = record("run/skip.fc", null);
        Emission.Output output =
                ShardJournal.only(Emission.Output.class, emissions).get(0);
        assertThat(output.value().tensor()).isEqualTo(TENSOR);
        assertThat(output.value().outcome()).isEqualTo("disabled");
        assertThat(state(emissions).calibration().qparams()).isNull();
        assertThat(state(emissions).calibration().observations()).isZero();
        TensorEvent event =
                ShardJournal.only(Emission.Event.class, emissions).get(0).value();
        assertThat(event.kind()).isEqualTo(TensorEvent.Kind.DISABLED);
        assertThat(event.detail())
                .isEqualTo("off by configuration: quantization_config.module_name_configs.skip.* is null");
        assertThat(ShardJournal.only(Emission.Event.class, record("run/skip.fc", null)))
                .isEmpty();
    }

    @Test
    void aCommandTurnsItOnAgain() {
        record("run/skip.fc", null);
        ControlCommand on = new ControlCommand("c1", "ada", Selector.of("run/skip.fc"), new Action.ReEnable(), null);
        shard.fold(new ShardInput.CommandArrived(new ControlEntry.Accepted(0, on)));
        List<Emission> emissions = record("run/skip.fc", null);
        assertThat(state(emissions).calibration().spec()).isEqualTo(FALLBACK);
        assertThat(state(emissions).calibration().qparams()).isNotNull();
    }

    @Test
    void aSpecThatDoesNotFitTheTensorMakesADeadLetter() {
        Emission.DeadLetter dead = ShardJournal.only(Emission.DeadLetter.class, record("run/misfit", null))
                .get(0);
        assertThat(dead.reason()).isEqualTo(Emission.Reason.INVALID);
        assertThat(dead.message()).contains("granularity.axis was 5 but is out of bounds");
        assertThat(shard.tensors()).isZero();
    }
}
