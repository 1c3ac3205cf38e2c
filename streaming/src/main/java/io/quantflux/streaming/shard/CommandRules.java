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
            return accepted(switched(tensor, now.withExportMode(a.enabled())));
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
            return accepted(scheduled(tensor, a.schedule()));
        }
        if (action instanceof Action.SetSpec a) {
            try {
                CalibrationState fresh =
                        operator.start(a.spec(), tensor.calibration().target());
                return accepted(with(tensor, fresh.with(now.withDisabled(false))));
            } catch (InvalidSpecException e) {
                return new Verdict(tensor, e.getMessage());
            }
        }
        if (action instanceof Action.Reset) {
            return accepted(with(tensor, tensor.calibration().reset()));
        }
        if (action instanceof Action.ReEnable) {
            return accepted(switched(tensor, now.withDisabled(false)));
        }
        throw new IllegalStateException("no rule for " + action);
    }

    /** The switches as a schedule wants them at {@code step}; the state itself where none is in force. */
    static TensorState followSchedule(TensorState tensor, long step) {
        QatSchedule schedule = tensor.schedule();
        if (schedule == null || tensor.session() == Session.CALIBRATION) {
            return tensor;
        }
        return switched(
                tensor,
                tensor.calibration()
                        .switches()
                        .withObserver(schedule.observerEnabled(step))
                        .withFakeQuant(schedule.fakeQuantEnabled(step)));
    }

    private static Verdict ruledBySchedule(TensorState tensor, Switches wanted) {
        return tensor.schedule() == null
                ? accepted(switched(tensor, wanted))
                : new Verdict(
                        tensor, "a qat_schedule rules this tensor's observer and fake quant; change the schedule");
    }

    private static Verdict startSession(TensorState tensor, Session session) {
        if (tensor.session() != Session.NONE) {
            return new Verdict(tensor, "Nested session: a " + word(tensor.session()) + " session is already running");
        }
        boolean fakeQuant = session == Session.TRAINING;
        Switches on = tensor.calibration().switches().withObserver(true).withFakeQuant(fakeQuant);
        return accepted(inSession(switched(tensor, on), session));
    }

    private static Verdict stopSession(TensorState tensor, Session session) {
        if (tensor.session() != session) {
            return new Verdict(tensor, "no " + word(session) + " session is running");
        }
        Switches after = tensor.calibration().switches().withObserver(false).withFakeQuant(true);
        return accepted(inSession(switched(tensor, after), Session.NONE));
    }

    private static String word(Session session) {
        return session == Session.TRAINING ? "training" : "calibration";
    }

    private static Verdict accepted(TensorState state) {
        return new Verdict(state, null);
    }

    private static TensorState switched(TensorState t, Switches switches) {
        return with(t, t.calibration().with(switches));
    }

    private static TensorState with(TensorState t, CalibrationState calibration) {
        return new TensorState(
                calibration, t.lastOffset(), t.lastStep(), t.version(), t.schedule(), t.session(), t.pending());
    }

    private static TensorState scheduled(TensorState t, QatSchedule schedule) {
        return new TensorState(
                t.calibration(), t.lastOffset(), t.lastStep(), t.version(), schedule, t.session(), t.pending());
    }

    private static TensorState inSession(TensorState t, Session session) {
        return new TensorState(
                t.calibration(), t.lastOffset(), t.lastStep(), t.version(), t.schedule(), session, t.pending());
    }
}
