// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.avro.Activation;
import io.quantflux.avro.FakeQuantized;
import io.quantflux.avro.PendingCommand;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.avro.SourcePosition;
import io.quantflux.avro.TensorEvent;
import io.quantflux.avro.TensorEvent.Kind;
import io.quantflux.avro.TensorState;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.StepResult;
import io.quantflux.engine.StepResult.Outcome;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.TensorStatistics;
import io.quantflux.spec.control.ControlCommand;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The life of one tensor: (state, record or command) to (state', emissions), pure.
 *
 * <p>A record first meets the commands that are due at its training step, then the schedule, then the operator.
 */
final class TensorCalibrator {
    private static final Comparator<PendingCommand> DUE_ORDER = Comparator.<PendingCommand>comparingLong(
                    pending -> Objects.requireNonNull(pending.command().effectiveStep()))
            .thenComparingLong(PendingCommand::controlOffset);

    private static final int MAX_PENDING = 1000;

    private final CalibrationOperator operator;
    private final CommandRules rules;
    private final QuantizationSpec defaultSpec;

    TensorCalibrator(CalibrationOperator operator, QuantizationSpec defaultSpec) {
        this.operator = operator;
        this.rules = new CommandRules(operator);
        this.defaultSpec = defaultSpec;
    }

    /** A state and what led to it. */
    record Transition(TensorState state, List<Emission> emissions) {}

    /** The state before a tensor's first record, whose own spec wins over the configured one. */
    TensorState open(Activation first) {
        QuantizationSpec spec = first.spec() == null ? defaultSpec : first.spec();
        CalibrationState fresh = operator.start(spec, first.target());
        return new TensorState(fresh, -1, -1, 0, null, TensorState.Session.NONE, List.of());
    }

    /** A command from the control log: applied now, or kept for its step. */
    Transition command(TensorId id, TensorState tensor, ControlEntry.Accepted entry, SourcePosition at) {
        ControlCommand command = entry.command();
        if (command.effectiveStep() != null) {
            if (tensor.pending().size() >= MAX_PENDING) {
                String why = MAX_PENDING + " commands wait for their step already";
                return new Transition(tensor, List.of(outcome(id, Kind.COMMAND_REJECTED, command, null, why, at)));
            }
            List<PendingCommand> pending = new ArrayList<>(tensor.pending());
            pending.add(new PendingCommand(entry.offset(), command));
            pending.sort(DUE_ORDER);
            return new Transition(withPending(tensor, pending), List.of());
        }
        List<Emission> emissions = new ArrayList<>();
        TensorState after = apply(id, tensor, command, null, at, emissions);
        if (after.version() != tensor.version()) {
            emissions.add(new Emission.Qparams(id, update(after, at, null)));
        }
        return new Transition(after, emissions);
    }

    /**
     * A record.
     *
     * @throws io.quantflux.spec.InvalidSpecException when it does not fit the tensor's state
     * @throws RecordRefusedException when it is refused for what it holds; commands due with its step wait for the next one
     */
    Transition record(TensorId id, TensorState before, Activation activation, SourcePosition at) {
        List<Emission> emissions = new ArrayList<>();
        TensorState tensor = applyDue(id, before, activation.step(), at, emissions);
        tensor = versioned(
                tensor, CommandRules.followSchedule(tensor, activation.step()).calibration());

        StepResult result = operator.step(tensor.calibration(), activation.tensor());
        if (result.outcome() == Outcome.REJECTED) {
            throw new RecordRefusedException(Emission.Reason.NON_FINITE, nonFinite(result.statistics()));
        }
        TensorState after = moved(versioned(tensor, result.state()), at.offset(), activation.step());
        emissions.add(new Emission.Output(
                id, new FakeQuantized(activation.step(), result.output(), after.version(), key(result.outcome()), at)));
        emissions.add(new Emission.Qparams(id, update(after, at, result.statistics())));
        if (result.statistics().nonFinite().total() > 0) {
            emissions.add(event(id, Kind.NON_FINITE, activation.step(), nonFinite(result.statistics()), at));
        }
        if (result.outcome() == Outcome.DISABLED_NOW) {
            String why = "block size does not fit a " + activation.tensor().shape()
                    + " tensor: it passes through from here on";
            emissions.add(event(id, Kind.DISABLED, activation.step(), why, at));
        }
        return new Transition(after, emissions);
    }

    private TensorState applyDue(
            TensorId id, TensorState tensor, long step, SourcePosition at, List<Emission> emissions) {
        TensorState now = tensor;
        while (!now.pending().isEmpty() && isDue(now.pending().get(0).command(), step)) {
            ControlCommand due = now.pending().get(0).command();
            now = withPending(now, now.pending().subList(1, now.pending().size()));
            now = apply(id, now, due, step, at, emissions);
        }
        return now;
    }

    private static boolean isDue(ControlCommand command, long step) {
        return Objects.requireNonNull(command.effectiveStep()) <= step;
    }

    private TensorState apply(
            TensorId id,
            TensorState tensor,
            ControlCommand command,
            @Nullable Long step,
            SourcePosition at,
            List<Emission> emissions) {
        CommandRules.Verdict verdict = rules.apply(tensor, command.action());
        String refusal = verdict.refusal();
        emissions.add(
                refusal == null
                        ? outcome(id, Kind.COMMAND_APPLIED, command, step, ActionText.of(command.action()), at)
                        : outcome(id, Kind.COMMAND_REJECTED, command, step, refusal, at));
        TensorState after = verdict.state();
        return versioned(tensor, after.calibration(), after);
    }

    private static TensorState versioned(TensorState before, CalibrationState now) {
        return versioned(before, now, before);
    }

    /** {@code shell} around {@code now}, its version raised if qparams or switches differ from {@code before}. */
    private static TensorState versioned(TensorState before, CalibrationState now, TensorState shell) {
        CalibrationState was = before.calibration();
        boolean same = was.switches().equals(now.switches())
                && was.spec().equals(now.spec())
                && Objects.equals(was.qparams(), now.qparams());
        return new TensorState(
                now,
                shell.lastOffset(),
                shell.lastStep(),
                same ? before.version() : before.version() + 1,
                shell.schedule(),
                shell.session(),
                shell.pending());
    }

    private static TensorState withPending(TensorState t, List<PendingCommand> pending) {
        return new TensorState(
                t.calibration(),
                t.lastOffset(),
                t.lastStep(),
                t.version(),
                t.schedule(),
                t.session(),
                List.copyOf(pending));
    }

    private static TensorState moved(TensorState t, long offset, long step) {
        return new TensorState(t.calibration(), offset, step, t.version(), t.schedule(), t.session(), t.pending());
    }

    private static QParamsUpdate update(TensorState t, SourcePosition at, @Nullable TensorStatistics statistics) {
        CalibrationState c = t.calibration();
        return new QParamsUpdate(
                c.spec(),
                c.target(),
                c.switches(),
                t.lastStep(),
                t.version(),
                c.observations(),
                c.qparams(),
                c.floats(CalibrationState.RUNNING_MIN),
                c.floats(CalibrationState.RUNNING_MAX),
                statistics,
                at);
    }

    private static Emission outcome(
            TensorId id, Kind kind, ControlCommand command, @Nullable Long step, String detail, SourcePosition at) {
        return new Emission.Event(id.value(), new TensorEvent(kind, step, command.id(), command.actor(), detail, at));
    }

    private static Emission event(TensorId id, Kind kind, long step, String detail, SourcePosition at) {
        return new Emission.Event(id.value(), new TensorEvent(kind, step, null, null, detail, at));
    }

    private static String nonFinite(TensorStatistics statistics) {
        TensorStatistics.NonFinite n = statistics.nonFinite();
        return n.nan() + " NaN, " + n.positiveInfinity() + " +Inf, " + n.negativeInfinity()
                + " -Inf, the first at element " + n.firstIndex() + " of " + statistics.elements();
    }

    private static String key(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }
}
