// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quantflux.avro.FakeQuantized;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.avro.SourcePosition;
import io.quantflux.avro.TensorState;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.engine.StepResult;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.IntegerDType;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Good records: what a shard makes of them. */
class ShardRecordsTest {
    private final ShardJournal journal = ShardJournal.open();

    @Test
    void aRecordBecomesWhatTheOperatorMakesOfIt() {
        CalibrationOperator operator = new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE);
        StepResult first = operator.step(fresh(operator), Tensor.of(Shape.of(3), -1, 2, 0.3f));
        StepResult second = operator.step(first.state(), Tensor.of(Shape.of(3), -4, 1, 0.7f));

        journal.record(10, -1, 2, 0.3f);
        List<Emission> emissions = journal.record(11, -4, 1, 0.7f);

        SourcePosition at = new SourcePosition(ShardJournal.PARTITION, 1);
        assertThat(ShardJournal.only(Emission.Output.class, emissions))
                .singleElement()
                .satisfies(output -> assertThat(output.value())
                        .isEqualTo(new FakeQuantized(11, second.output(), 2, "observed", at)));
        assertThat(ShardJournal.only(Emission.Qparams.class, emissions))
                .singleElement()
                .satisfies(update -> {
                    QParamsUpdate value = update.value();
                    assertThat(value.qparams()).isEqualTo(second.state().qparams());
                    assertThat(value.runningMin()).isEqualTo(second.state().floats(CalibrationState.RUNNING_MIN));
                    assertThat(value.runningMax()).isEqualTo(second.state().floats(CalibrationState.RUNNING_MAX));
                    assertThat(value.statistics()).isEqualTo(second.statistics());
                    assertThat(value.step()).isEqualTo(11);
                    assertThat(value.version()).isEqualTo(2);
                    assertThat(value.observations()).isEqualTo(2);
                    assertThat(value.source()).isEqualTo(at);
                });
        assertThat(ShardJournal.only(Emission.State.class, emissions))
                .singleElement()
                .satisfies(state -> assertThat(state.value())
                        .isEqualTo(
                                new TensorState(second.state(), 1, 11, 2, null, TensorState.Session.NONE, List.of())));
    }

    private static CalibrationState fresh(CalibrationOperator operator) {
        return operator.start(QuantizationSpec.DEFAULT, QuantizationTarget.ACTIVATION);
    }

    @Test
    void theFirstRecordsSpecWinsAndALaterOneIsIgnored() {
        QuantizationSpec uint4 =
                QuantizationSpec.builder().dtype(IntegerDType.UINT4).build();
        QuantizationSpec int2 =
                QuantizationSpec.builder().dtype(IntegerDType.INT2).build();
        journal.record(ShardJournal.ID, ShardJournal.activation(0, Tensor.of(Shape.of(1), 1), uint4));
        journal.record(ShardJournal.ID, ShardJournal.activation(1, Tensor.of(Shape.of(1), 1), int2));

        assertThat(journal.state().calibration().spec()).isEqualTo(uint4);
    }

    @Test
    void theVersionCountsChangesOfQparamsAndNothingElse() {
        journal.record(0, -1, 1);
        assertThat(journal.state().version()).isEqualTo(1);
        List<Emission> same = journal.record(1, -1, 1);
        // a moving average of equal ranges: 0.01 + 0.99 is 1 in float32 too
        assertThat(journal.state().version()).isEqualTo(1);
        assertThat(ShardJournal.only(Emission.Output.class, same).get(0).value().qparamsVersion())
                .isEqualTo(1);
        journal.record(2, -3, 1);
        assertThat(journal.state().version()).isEqualTo(2);
    }

    @Test
    void tensorsOfAPartitionDoNotTouchEachOther() {
        journal.record("run/a", 0, -1, 1);
        TensorState a = journal.state("run/a");
        journal.record("run/b", 0, -9, 9);

        assertThat(journal.state("run/a")).isEqualTo(a);
        assertThat(journal.tensors()).isEqualTo(2);
    }

    @Test
    void aRecordThatWasCountedStopsTheShard() {
        journal.record(0, -1, 1);
        journal.record(1, -1, 1);
        ShardJournal restarted = journal.restarted();
        ShardInput again = new ShardInput.TensorArrived(1, ShardJournal.utf8(ShardJournal.ID), null);

        assertThatExceptionOfType(ShardGuardException.class)
                .isThrownBy(() -> restarted.fold(again))
                .withMessage(
                        "partition 1 @ 1: run/x has already counted offset 1; state and committed offsets disagree");
    }

    @Test
    void nonFiniteValuesAreQuarantinedWithAnEventAndAnOutputFromStoredQparams() {
        journal.record(0, -1, 1);
        TensorState before = journal.state();
        List<Emission> emissions = journal.record(1, Float.NaN, Float.POSITIVE_INFINITY, -9, 0.5f);

        assertThat(ShardJournal.events(emissions)).containsExactly("NON_FINITE @1");
        assertThat(ShardJournal.only(Emission.Event.class, emissions)
                        .get(0)
                        .value()
                        .detail())
                .isEqualTo("1 NaN, 1 +Inf, 0 -Inf, the first at element 0 of 4");
        assertThat(ShardJournal.only(Emission.Output.class, emissions)
                        .get(0)
                        .value()
                        .outcome())
                .isEqualTo("quarantined");
        assertThat(journal.state().calibration()).isEqualTo(before.calibration());
        assertThat(journal.state().version()).isEqualTo(before.version());
    }

    @Test
    void nonFiniteValuesAreObservedUnderPropagate() {
        ShardJournal propagating = ShardJournal.open(NonFinitePolicy.PROPAGATE, 10, 1 << 20);
        propagating.record(0, Float.NaN, 1);

        QParamsUpdate update = ShardJournal.only(Emission.Qparams.class, propagating.record(1, 1, 1))
                .get(0)
                .value();
        assertThat(update.observations()).isEqualTo(2);
        assertThat(update.runningMax()).satisfies(max -> assertThat(max.get(0)).isNaN());
    }

    @Test
    void aBlockSizeThatDoesNotFitDisablesTheTensorOnce() {
        QuantizationSpec blocks = QuantizationSpec.builder()
                .granularity(new Granularity.PerBlock(0, 4))
                .build();
        journal.record(ShardJournal.ID, ShardJournal.activation(0, Tensor.of(Shape.of(8), new float[8]), blocks));
        List<Emission> misfit = journal.record(1, 1, 2, 3);
        List<Emission> after = journal.record(2, new float[8]);

        assertThat(ShardJournal.events(misfit)).containsExactly("DISABLED @1");
        assertThat(ShardJournal.events(after)).isEmpty();
        assertThat(ShardJournal.only(Emission.Output.class, after)
                        .get(0)
                        .value()
                        .outcome())
                .isEqualTo("disabled");
        assertThat(journal.state().calibration().switches().disabled()).isTrue();
        assertThat(journal.state().version()).isEqualTo(2);
    }
}
