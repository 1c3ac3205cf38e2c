// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.TensorState;
import io.quantflux.avro.TensorState.Session;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.IntegerDType;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Switches;
import io.quantflux.spec.control.Action;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Each action on one tensor's state: what it changes, what it leaves, when it is refused. */
class CommandRulesTest {
    private static final CalibrationState CALIBRATED = new CalibrationState(
            QuantizationSpec.DEFAULT,
            QuantizationTarget.ACTIVATION,
            new Switches(true, true, false, false),
            12,
            Map.of(CalibrationState.SCALE, FloatArray.of(Shape.of(1), 0.5f)));
    private static final QatSchedule SCHEDULE = new QatSchedule(1, 2, null);

    private final CommandRules rules =
            new CommandRules(new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE));

    private static TensorState tensor(Switches switches, @Nullable QatSchedule schedule, Session session) {
        return new TensorState(CALIBRATED.with(switches), 40, 9, 3, schedule, session, List.of());
    }

    private static TensorState tensor() {
        return tensor(CALIBRATED.switches(), null, Session.NONE);
    }

    private TensorState accepted(TensorState tensor, Action action) {
        CommandRules.Verdict verdict = rules.apply(tensor, action);
        assertThat(verdict.refusal()).isNull();
        return verdict.state();
    }

    private void refused(TensorState tensor, Action action, String why) {
        CommandRules.Verdict verdict = rules.apply(tensor, action);
        assertThat(verdict.refusal()).isEqualTo(why);
        assertThat(verdict.state()).isEqualTo(tensor);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aSwitchSetsItselfAndNothingElse(boolean on) {
        Switches opposite = new Switches(!on, !on, !on, true);
        TensorState tensor = tensor(opposite, null, Session.NONE);

        assertThat(accepted(tensor, new Action.SetExportMode(on)))
                .isEqualTo(tensor(opposite.withExportMode(on), null, Session.NONE));
        assertThat(accepted(tensor, new Action.SetObserver(on)))
                .isEqualTo(tensor(opposite.withObserver(on), null, Session.NONE));
        assertThat(accepted(tensor, new Action.SetFakeQuant(on)))
                .isEqualTo(tensor(opposite.withFakeQuant(on), null, Session.NONE));
    }

    @ParameterizedTest
    @EnumSource(Session.class)
    void manualSwitchesAreRefusedWhileThereIsAScheduleInASessionOrNotButExportModeIsNot(Session session) {
        TensorState ruled = tensor(CALIBRATED.switches(), SCHEDULE, session);
        String why = "a qat_schedule rules this tensor's observer and fake quant; clear the schedule first";
        refused(ruled, new Action.SetObserver(false), why);
        refused(ruled, new Action.SetFakeQuant(false), why);
        assertThat(accepted(ruled, new Action.SetExportMode(true))
                        .calibration()
                        .switches()
                        .exportMode())
                .isTrue();
    }

    @Test
    void aCalibrationSessionObservesWithoutQuantizingAndEndsTheOtherWayRound() {
        TensorState during = accepted(tensor(), new Action.SetCalibration(true));
        assertThat(during).isEqualTo(tensor(new Switches(true, false, false, false), null, Session.CALIBRATION));
        assertThat(accepted(during, new Action.SetCalibration(false)))
                .isEqualTo(tensor(new Switches(false, true, false, false), null, Session.NONE));
    }

    @Test
    void aTrainingSessionDoesBothAndEndsWithTheObserverOff() {
        TensorState before = tensor(new Switches(false, false, false, false), null, Session.NONE);
        TensorState during = accepted(before, new Action.SetTraining(true));
        assertThat(during).isEqualTo(tensor(new Switches(true, true, false, false), null, Session.TRAINING));
        assertThat(accepted(during, new Action.SetTraining(false)))
                .isEqualTo(tensor(new Switches(false, true, false, false), null, Session.NONE));
    }

    @Test
    void sessionsDoNotNestAndOnlyARunningOneEnds() {
        TensorState training = tensor(CALIBRATED.switches(), null, Session.TRAINING);
        TensorState calibrating = tensor(CALIBRATED.switches(), null, Session.CALIBRATION);
        String running = "Nested session: a training session is already running";
        refused(training, new Action.SetTraining(true), running);
        refused(training, new Action.SetCalibration(true), running);
        refused(calibrating, new Action.SetTraining(true), running.replace("training", "calibration"));
        refused(training, new Action.SetCalibration(false), "no calibration session is running");
        refused(calibrating, new Action.SetTraining(false), "no training session is running");
        refused(tensor(), new Action.SetTraining(false), "no training session is running");
    }

    @Test
    void aScheduleReplacesTheOneBeforeAndTouchesNoSwitchYet() {
        QatSchedule other = new QatSchedule(5, 6, 7L);
        TensorState ruled = tensor(CALIBRATED.switches(), SCHEDULE, Session.TRAINING);
        assertThat(accepted(ruled, new Action.SetSchedule(other)))
                .isEqualTo(tensor(CALIBRATED.switches(), other, Session.TRAINING));
    }

    @Test
    void aCalibrationSessionKeepsWeightsFakeQuantized() {
        TensorState weight = tensor().with(CalibrationState.initial(QuantizationSpec.DEFAULT, QuantizationTarget.WEIGHT)
                .with(new Switches(false, false, false, false)));
        assertThat(accepted(weight, new Action.SetCalibration(true))
                        .calibration()
                        .switches())
                .isEqualTo(new Switches(true, true, false, false));
    }

    @Test
    void aClearedScheduleLeavesTheSwitchesAndLetsCommandsTurnThemAgain() {
        Switches off = new Switches(false, false, false, false);
        TensorState ruled = tensor(off, SCHEDULE, Session.TRAINING);
        TensorState free = accepted(ruled, new Action.ClearSchedule());
        assertThat(free).isEqualTo(tensor(off, null, Session.TRAINING));
        assertThat(CommandRules.followSchedule(free, 100)).isEqualTo(free);
        assertThat(accepted(free, new Action.SetObserver(true)).calibration().switches())
                .isEqualTo(new Switches(true, false, false, false));
        refused(free, new Action.ClearSchedule(), "no qat_schedule rules this tensor");
    }

    @Test
    void theEndOfATrainingSessionLastsWhateverTheScheduleSays() {
        TensorState training = tensor(CALIBRATED.switches(), new QatSchedule(0, 0, null), Session.TRAINING);
        TensorState ended = accepted(training, new Action.SetTraining(false));
        assertThat(CommandRules.followSchedule(ended, 100)).isEqualTo(ended);
        assertThat(ended.calibration().switches()).isEqualTo(new Switches(false, true, false, false));
    }

    @Test
    void aScheduleActsInATrainingSessionOnly() {
        for (Session resting : List.of(Session.NONE, Session.CALIBRATION)) {
            TensorState tensor = tensor(CALIBRATED.switches(), new QatSchedule(5, 5, null), resting);
            assertThat(CommandRules.followSchedule(tensor, 0)).isEqualTo(tensor);
        }
        TensorState training = tensor(CALIBRATED.switches(), new QatSchedule(5, 5, null), Session.TRAINING);
        assertThat(CommandRules.followSchedule(training, 0).calibration().switches())
                .isEqualTo(new Switches(false, false, false, false));
    }

    @Test
    void aNewSpecForgetsRangeAndQparamsAndKeepsTargetAndSwitchesButEnables() {
        QuantizationSpec uint4 =
                QuantizationSpec.builder().dtype(IntegerDType.UINT4).build();
        TensorState disabled = tensor(new Switches(false, true, true, true), SCHEDULE, Session.NONE);
        CalibrationState after = accepted(disabled, new Action.SetSpec(uint4)).calibration();
        assertThat(after)
                .isEqualTo(CalibrationState.initial(uint4, QuantizationTarget.ACTIVATION)
                        .with(new Switches(false, true, true, false)));
    }

    @Test
    void aSpecThatNoComponentTakesIsRefused() {
        QuantizationSpec unknown =
                QuantizationSpec.builder().qparamCalculatorCls("median").build();
        CommandRules.Verdict verdict = rules.apply(tensor(), new Action.SetSpec(unknown));
        assertThat(verdict.refusal()).contains("qparam_calculator_cls was median but");
        assertThat(verdict.state()).isEqualTo(tensor());
    }

    @Test
    void aResetForgetsRangeAndQparamsAndKeepsSpecAndSwitchesButEnables() {
        TensorState disabled = tensor(new Switches(false, false, true, true), SCHEDULE, Session.TRAINING);
        TensorState after = accepted(disabled, new Action.Reset());
        assertThat(after.calibration())
                .isEqualTo(CalibrationState.initial(QuantizationSpec.DEFAULT, QuantizationTarget.ACTIVATION)
                        .with(new Switches(false, false, true, false)));
        assertThat(after.schedule()).isEqualTo(SCHEDULE);
        assertThat(after.session()).isEqualTo(Session.TRAINING);
    }

    @Test
    void reEnablingKeepsQparams() {
        TensorState disabled = tensor(new Switches(true, true, false, true), null, Session.NONE);
        assertThat(accepted(disabled, new Action.ReEnable())).isEqualTo(tensor());
    }
}
