// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.avro.TensorState;
import io.quantflux.avro.TensorState.Session;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.Switches;
import io.quantflux.spec.control.Action;
import org.jspecify.annotations.Nullable;

/** What each control action does to one tensor's state, and when it is refused. */
final class CommandRules {
    private final CalibrationOperator operator;

    CommandRules(CalibrationOperator operator) {
        this.operator = operator;
    }

    /** A state after a command, or the unchanged state and why it was refused. */
    record Verdict(TensorState state, @Nullable String refusal) {}

    Verdict apply(TensorState tensor, Action action) {
        Switches now = tensor.calibration().switches();
        if (action instanceof Action.SetExportMode a) {
            return accepted(tensor.with(now.withExportMode(a.enabled())));
        }
        if (action instanceof Action.SetObserver a) {
            return ruledBySchedule(tensor, now.withObserver(a.enabled()));
        }
        if (action instanceof Action.SetFakeQuant a) {
            return ruledBySchedule(tensor, now.withFakeQuant(a.enabled()));
        }
        if (action instanceof Action.SetCalibration a) {
            return a.started() ? startSession(tensor, Session.CALIBRATION) : stopSession(tensor, Session.CALIBRATION);
        }
        if (action instanceof Action.SetTraining a) {
            return a.started() ? startSession(tensor, Session.TRAINING) : stopSession(tensor, Session.TRAINING);
        }
        if (action instanceof Action.SetSchedule a) {
            return accepted(tensor.withSchedule(a.schedule()));
        }
        if (action instanceof Action.ClearSchedule) {
            return tensor.schedule() == null
                    ? new Verdict(tensor, "no qat_schedule rules this tensor")
                    : accepted(tensor.withSchedule(null));
        }
        if (action instanceof Action.SetSpec a) {
            try {
                CalibrationState fresh =
                        operator.start(a.spec(), tensor.calibration().target());
                return accepted(tensor.with(fresh.with(now.withDisabled(false))));
            } catch (InvalidSpecException e) {
                return new Verdict(tensor, e.getMessage());
            }
        }
        if (action instanceof Action.SetNonFinite a) {
            return accepted(tensor.with(
                    tensor.calibration().with(tensor.calibration().spec().with(a.policy()))));
        }
        if (action instanceof Action.Reset) {
            return accepted(tensor.with(tensor.calibration().reset()));
        }
        if (action instanceof Action.ReEnable) {
            return accepted(tensor.with(now.withDisabled(false)));
        }
        throw new IllegalStateException("no rule for " + action);
    }

    /** The switches as a schedule wants them at {@code step}; a schedule acts in a training session and rests otherwise. */
    static TensorState followSchedule(TensorState tensor, long step) {
        QatSchedule schedule = tensor.schedule();
        if (schedule == null || tensor.session() != Session.TRAINING) {
            return tensor;
        }
        return tensor.with(tensor.calibration()
                .switches()
                .withObserver(schedule.observerEnabled(step))
                .withFakeQuant(schedule.fakeQuantEnabled(step)));
    }

    private static Verdict ruledBySchedule(TensorState tensor, Switches wanted) {
        return tensor.schedule() == null
                ? accepted(tensor.with(wanted))
                : new Verdict(
                        tensor, "a qat_schedule rules this tensor's observer and fake quant; clear the schedule first");
    }

    private static Verdict startSession(TensorState tensor, Session session) {
        if (tensor.session() != Session.NONE) {
            return new Verdict(tensor, "Nested session: a " + word(tensor.session()) + " session is already running");
        }
        return accepted(tensor.with(begun(tensor, session)).inSession(session));
    }

    private static Switches begun(TensorState tensor, Session session) {
        Switches now = tensor.calibration().switches();
        if (session == Session.TRAINING) {
            // where a schedule rules, the next record's step says
            return tensor.schedule() != null ? now : now.withObserver(true).withFakeQuant(true);
        }
        Switches observing = now.withObserver(true);
        return switch (tensor.calibration().target()) {
            case ACTIVATION -> observing.withFakeQuant(false);
            case WEIGHT -> observing.withFakeQuant(true); // activations are calibrated under quantized weights
            case LUT -> observing;
        };
    }

    private static Verdict stopSession(TensorState tensor, Session session) {
        if (tensor.session() != session) {
            return new Verdict(tensor, "no " + word(session) + " session is running");
        }
        Switches after = tensor.calibration().switches().withObserver(false).withFakeQuant(true);
        return accepted(tensor.with(after).inSession(Session.NONE));
    }

    private static String word(Session session) {
        return session == Session.TRAINING ? "training" : "calibration";
    }

    private static Verdict accepted(TensorState state) {
        return new Verdict(state, null);
    }
}
