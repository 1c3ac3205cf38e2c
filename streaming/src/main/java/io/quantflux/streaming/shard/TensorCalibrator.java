// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.avro.Activation;
import io.quantflux.avro.FakeQuantized;
import io.quantflux.avro.FakeQuantizedCodec;
import io.quantflux.avro.FakeQuantizedDraft;
import io.quantflux.avro.PendingCommand;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.avro.SourcePosition;
import io.quantflux.avro.TensorEvent;
import io.quantflux.avro.TensorEvent.Kind;
import io.quantflux.avro.TensorState;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.OutputMemory;
import io.quantflux.engine.StepResult;
import io.quantflux.engine.StepResult.Outcome;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.TensorStatistics;
import io.quantflux.spec.control.ControlCommand;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.IntFunction;
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

    private final CalibrationOperator operator;
    private final CommandRules rules;
    private final ShardSettings settings;

    TensorCalibrator(ShardSettings settings) {
        this.settings = settings;
        this.operator = settings.operator();
        this.rules = new CommandRules(operator);
    }

    /** A state and what led to it. */
    record Transition(TensorState state, List<Emission> emissions) {}

    /** The state before a tensor's first record; one that is off by configuration starts disabled. */
    Transition open(TensorId id, Activation first, SourcePosition at) {
        TensorPlan plan = TensorPlan.of(id, first, settings.config(), settings.defaultSpec());
        CalibrationState fresh = operator.start(plan.spec(), first.target());
        List<Emission> emissions = new ArrayList<>();
        if (plan.off() != null) {
            fresh = fresh.with(fresh.switches().withDisabled(true));
            emissions.add(event(id, Kind.DISABLED, first.step(), "off by configuration: " + plan.off(), at));
        }
        return new Transition(
                new TensorState(fresh, -1, -1, 0, plan.schedule(), TensorState.Session.NONE, List.of()), emissions);
    }

    /**
     * A tensor after its standing orders. Its version says whether they have changed it, not how many there were: those
     * that cancel out are not all remembered.
     */
    static TensorState opened(TensorState fresh, TensorState now) {
        boolean same = fresh.calibration().equals(now.calibration());
        return new TensorState(
                now.calibration(),
                now.lastOffset(),
                now.lastStep(),
                same ? fresh.version() : fresh.version() + 1,
                now.schedule(),
                now.session(),
                now.pending());
    }

    /** A command from the control log: applied now, or kept for its step. */
    Transition command(TensorId id, TensorState tensor, ControlEntry.Accepted entry, SourcePosition at) {
        ControlCommand command = entry.command();
        if (command.effectiveStep() != null) {
            String why = PendingLimits.refusal(tensor.pending(), command);
            if (why != null) {
                return new Transition(tensor, List.of(outcome(id, Kind.COMMAND_REJECTED, command, null, why, at)));
            }
            List<PendingCommand> pending = new ArrayList<>(tensor.pending());
            pending.add(new PendingCommand(entry.offset(), command));
            pending.sort(DUE_ORDER);
            return new Transition(tensor.withPending(pending), List.of());
        }
        List<Emission> emissions = new ArrayList<>();
        TensorState after = apply(id, tensor, command, null, at, emissions);
        if (after.version() != tensor.version()) {
            emissions.add(new Emission.Qparams(id, QParamsUpdate.of(after, null, at)));
        }
        return new Transition(after, emissions);
    }

    /**
     * A record.
     *
     * @param largeOutput gives an output memory that is too large for one record; {@code null} if it is not
     * @throws io.quantflux.spec.InvalidSpecException when it does not fit the tensor's state
     * @throws RecordRefusedException when it is refused for what it holds; commands due with its step wait for the next one
     */
    Transition record(
            TensorId id,
            TensorState before,
            Activation activation,
            SourcePosition at,
            @Nullable IntFunction<ByteBuffer> largeOutput) {
        List<Emission> emissions = new ArrayList<>();
        TensorState tensor = applyDue(id, before, activation.step(), at, emissions);
        tensor = versioned(tensor, CommandRules.followSchedule(tensor, activation.step()));

        OutputRoom room = new OutputRoom(tensor, activation, at, largeOutput);
        StepResult result = operator.step(tensor.calibration(), activation.tensor(), room);
        if (result.outcome() == Outcome.REJECTED) {
            throw new RecordRefusedException(Emission.Reason.NON_FINITE, nonFinite(result.statistics()));
        }
        TensorState after = versioned(tensor, tensor.with(result.state())).after(at.offset(), activation.step());
        emissions.add(new Emission.Output(
                id,
                new FakeQuantized(activation.step(), result.output(), after.version(), key(result.outcome()), at),
                room.draft));
        emissions.add(new Emission.Qparams(id, QParamsUpdate.of(after, result.statistics(), at)));
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

    /** Memory for an output within the record that will carry it, so that it is written once. */
    private static final class OutputRoom implements OutputMemory {
        private final TensorState before;
        private final Activation activation;
        private final SourcePosition at;
        private final @Nullable IntFunction<ByteBuffer> large;
        private @Nullable FakeQuantizedDraft draft;

        OutputRoom(
                TensorState before, Activation activation, SourcePosition at, @Nullable IntFunction<ByteBuffer> large) {
            this.before = before;
            this.activation = activation;
            this.at = at;
            this.large = large;
        }

        @Override
        public ByteBuffer allocate(CalibrationState after, Outcome outcome, int bytes) {
            if (large != null) {
                return large.apply(bytes);
            }
            Tensor tensor = activation.tensor();
            FakeQuantizedDraft record = FakeQuantizedCodec.draft(
                    activation.step(),
                    tensor.shape(),
                    tensor.elementType(),
                    versioned(before, before.with(after)).version(),
                    key(outcome),
                    at,
                    bytes);
            draft = record;
            return record.payload();
        }
    }

    private TensorState applyDue(
            TensorId id, TensorState tensor, long step, SourcePosition at, List<Emission> emissions) {
        TensorState now = tensor;
        while (!now.pending().isEmpty() && isDue(now.pending().get(0).command(), step)) {
            ControlCommand due = now.pending().get(0).command();
            now = now.withPending(now.pending().subList(1, now.pending().size()));
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
        return versioned(tensor, verdict.state());
    }

    /** {@code after}, its version raised if spec, qparams or switches differ from {@code before}. */
    private static TensorState versioned(TensorState before, TensorState after) {
        CalibrationState was = before.calibration();
        CalibrationState now = after.calibration();
        boolean same = was.switches().equals(now.switches())
                && was.spec().equals(now.spec())
                && Objects.equals(was.qparams(), now.qparams());
        return same ? after : after.withVersion(before.version() + 1);
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
