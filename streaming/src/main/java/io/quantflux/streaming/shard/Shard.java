// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.avro.Activation;
import io.quantflux.avro.ActivationCodec;
import io.quantflux.avro.ShardState;
import io.quantflux.avro.SourcePosition;
import io.quantflux.avro.TensorEvent;
import io.quantflux.avro.TensorEvent.Kind;
import io.quantflux.avro.TensorState;
import io.quantflux.avro.WireFormatException;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.streaming.chunk.ChunkLimits;
import io.quantflux.streaming.chunk.OpenMessages;
import io.quantflux.streaming.chunk.Reading;
import io.quantflux.streaming.shard.Emission.Reason;
import io.quantflux.streaming.shard.TensorCalibrator.Transition;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One partition: the tensors that live in it and what an input does to them.
 *
 * <p>Confined to one thread at a time. An input is folded wholly or not at all: a bad one becomes a dead letter and leaves
 * every state as it was.
 */
public final class Shard {
    /** The changelog key of a shard's own progress; no tensor id can be this. */
    public static final String PROGRESS_KEY = "#control";

    private final int partition;
    private final ShardSettings settings;
    private final TensorCalibrator calibrator;
    private final NavigableMap<TensorId, TensorState> tensors;
    private final ChunkIntake chunks;
    private final StandingOrders standing;

    /**
     * Restores a shard that has no chunked tensors open.
     *
     * @param tensors states of its tensors, from the changelog
     * @param history the control log up to where the shard had followed it
     */
    public Shard(
            int partition, ShardSettings settings, Map<TensorId, TensorState> tensors, List<ControlEntry> history) {
        this(partition, settings, tensors, StandingOrders.of(history), new OpenMessages(ChunkLimits.DEFAULT, Map.of()));
    }

    /**
     * Restores a shard.
     *
     * @param tensors states of its tensors, from the changelog
     * @param standing orders for tensors to come, at least up to where the shard had followed the control log; the shard's
     *     own from now on
     * @param open chunked tensors that are not complete, from the changelog
     */
    public Shard(
            int partition,
            ShardSettings settings,
            Map<TensorId, TensorState> tensors,
            StandingOrders standing,
            OpenMessages open) {
        this.partition = partition;
        this.settings = settings;
        this.calibrator = new TensorCalibrator(settings);
        this.tensors = new TreeMap<>(tensors);
        this.chunks = new ChunkIntake(open, settings.maxRecordBytes());
        this.standing = standing;
    }

    /** Number of tensors it holds. */
    public int tensors() {
        return tensors.size();
    }

    /**
     * What has to be read again before an input can be folded: then a {@link ShardInput.MessageRead} is folded first, in
     * its place if it completes the message.
     */
    public @Nullable Reading awaited(ShardInput input) {
        if (input instanceof ShardInput.TensorArrived record) {
            return chunks.overdue(record.offset());
        }
        if (input instanceof ShardInput.ChunkArrived chunk) {
            try {
                TensorId id = id(chunk.key());
                return chunk.offset() <= lastOffset(id) ? null : chunks.awaited(id, chunk);
            } catch (InvalidSpecException | CharacterCodingException e) {
                return chunks.overdue(chunk.offset());
            }
        }
        return null;
    }

    /**
     * Folds one input.
     *
     * @throws ShardGuardException if a record was folded before: the shard must stop
     */
    public List<Emission> fold(ShardInput input) {
        if (input instanceof ShardInput.TensorArrived record) {
            return tensor(record);
        }
        if (input instanceof ShardInput.ChunkArrived chunk) {
            return chunk(chunk);
        }
        if (input instanceof ShardInput.MessageRead read) {
            return message(read);
        }
        return control(((ShardInput.CommandArrived) input).entry());
    }

    /* ---- records ---- */

    private List<Emission> tensor(ShardInput.TensorArrived record) {
        TensorId id;
        try {
            id = id(record.key());
        } catch (InvalidSpecException | CharacterCodingException e) {
            return badKey(e);
        }
        if (isCounted(id, record.offset())) {
            return List.of();
        }
        if (record.value() == null) {
            return dead(Reason.EMPTY, "decode", "the record has no value; expected an ActivationTensor");
        }
        if (record.value().remaining() > settings.maxRecordBytes()) {
            return dead(
                    Reason.TOO_LARGE,
                    "decode",
                    "the record has " + record.value().remaining() + " bytes; max.record.bytes is "
                            + settings.maxRecordBytes());
        }
        return activation(id, record.value(), record.offset(), null);
    }

    /** Whether the state holds a record already; that must not be, unless only its offset was not written. */
    private boolean isCounted(TensorId id, long offset) {
        if (offset > lastOffset(id)) {
            return false;
        }
        if (!settings.exactlyOnce()) {
            return true; // the state was written, and the output before it
        }
        throw new ShardGuardException("partition " + partition + " @ " + offset + ": " + id
                + " has already counted offset " + lastOffset(id) + "; state and committed offsets disagree");
    }

    private long lastOffset(TensorId id) {
        TensorState known = tensors.get(id);
        return Math.max(known == null ? -1 : known.lastOffset(), chunks.lastOffset(id));
    }

    private static List<Emission> badKey(Exception e) {
        return dead(Reason.KEY, "key", e instanceof CharacterCodingException ? "tensor id is not UTF-8" : message(e));
    }

    private List<Emission> activation(
            TensorId id, ByteBuffer value, long offset, @Nullable IntFunction<ByteBuffer> largeOutput) {
        TensorState known = tensors.get(id);
        if (known == null && tensors.size() >= settings.maxTensors()) {
            return dead(
                    Reason.TENSOR_LIMIT,
                    "calibrate",
                    id + " would be tensor " + (tensors.size() + 1L) + "; max.tensors.per.partition is "
                            + settings.maxTensors());
        }
        try {
            return calibrate(id, known, ActivationCodec.decode(value), offset, largeOutput);
        } catch (WireFormatException e) {
            return dead(Reason.of(e), "decode", message(e));
        } catch (RecordRefusedException e) {
            return dead(e.reason(), "calibrate", message(e));
        } catch (InvalidSpecException e) {
            return dead(known == null ? Reason.INVALID : Reason.SHAPE, "calibrate", message(e));
        } catch (RuntimeException e) {
            return dead(Reason.INTERNAL, "calibrate", e.toString());
        }
    }

    private List<Emission> calibrate(
            TensorId id,
            @Nullable TensorState known,
            Activation activation,
            long offset,
            @Nullable IntFunction<ByteBuffer> largeOutput) {
        SourcePosition at = new SourcePosition(partition, offset);
        List<Emission> emissions = new ArrayList<>();
        TensorState tensor = known;
        if (tensor == null) {
            tensor = open(id, activation, at, emissions);
        }
        tensor = follow(calibrator.record(id, tensor, activation, at, largeOutput), emissions);
        requireStorable(tensor);
        tensors.put(id, tensor);
        emissions.add(new Emission.State(id, tensor));
        return emissions;
    }

    /* ---- chunks ---- */

    private List<Emission> chunk(ShardInput.ChunkArrived chunk) {
        try {
            TensorId id = id(chunk.key());
            return isCounted(id, chunk.offset()) ? List.of() : chunks.take(id, chunk);
        } catch (InvalidSpecException | CharacterCodingException e) {
            return badKey(e);
        }
    }

    /** A message that was given up, or is complete: then it counts as a record at the offset of its last chunk. */
    private List<Emission> message(ShardInput.MessageRead read) {
        TensorId id = read.reading().id();
        List<Emission> emissions = new ArrayList<>();
        if (read.reading().givenUp() != null) {
            emissions.addAll(dead(Reason.INCOMPLETE, "chunk", read.reading().givenUp()));
        } else {
            long offset = read.reading().message().lastOffset();
            emissions.addAll(
                    read.message().fault() != null
                            ? dead(Reason.CORRUPT, "chunk", read.message().fault())
                            : activation(
                                    id,
                                    read.message().whole(),
                                    offset,
                                    read.message().outputMemory()));
        }
        emissions.add(chunks.done(read.reading()));
        return emissions;
    }

    private TensorState open(TensorId id, Activation first, SourcePosition at, List<Emission> emissions) {
        TensorState fresh = follow(calibrator.open(id, first, at), emissions);
        TensorState tensor = fresh;
        for (ControlEntry.Accepted order : standing.of(id)) {
            Transition done = calibrator.command(id, tensor, order, at);
            tensor = done.state();
            done.emissions().stream().filter(Emission.Event.class::isInstance).forEach(emissions::add);
        }
        return TensorCalibrator.opened(fresh, tensor);
    }

    /** Many small blocks have more qparams than elements: their state could not be written, in no transaction. */
    private void requireStorable(TensorState tensor) {
        long bytes = tensor.calibration().arrays().values().stream()
                .mapToLong(array -> (long) array.size() * Float.BYTES)
                .sum();
        if (bytes > settings.maxRecordBytes()) {
            throw new RecordRefusedException(
                    Reason.TOO_LARGE,
                    "the tensor's state would have " + bytes + " bytes; max.record.bytes is "
                            + settings.maxRecordBytes());
        }
    }

    private static TensorState follow(Transition transition, List<Emission> emissions) {
        emissions.addAll(transition.emissions());
        return transition.state();
    }

    private static TensorId id(@Nullable ByteBuffer key) throws CharacterCodingException {
        if (key == null) {
            throw new InvalidSpecException("tensor id", null, "must be the record's key");
        }
        return new TensorId(
                StandardCharsets.UTF_8.newDecoder().decode(key.duplicate()).toString());
    }

    /* ---- control ---- */

    private List<Emission> control(ControlEntry entry) {
        List<Emission> emissions = new ArrayList<>();
        if (entry.offset() % settings.partitions() == partition) { // one shard of all speaks for the command itself
            emissions.addAll(acknowledge(entry));
        }
        if (entry instanceof ControlEntry.Accepted accepted) {
            TensorId exact = accepted.command().selector().exactly();
            if (exact == null) {
                String prefix = accepted.command().selector().prefix();
                for (TensorId id : from(prefix).keySet()) {
                    if (!id.value().startsWith(prefix)) {
                        break;
                    }
                    if (accepted.command().selector().matches(id)) {
                        emissions.addAll(command(id, accepted));
                    }
                }
            } else if (tensors.containsKey(exact)) {
                emissions.addAll(command(exact, accepted));
            }
            standing.add(accepted);
        }
        emissions.add(new Emission.Progress(new ShardState(entry.offset() + 1)));
        return emissions;
    }

    private Map<TensorId, TensorState> from(String prefix) {
        return prefix.isEmpty() ? tensors : tensors.tailMap(new TensorId(prefix), true);
    }

    /** Changes only the value of a key that is there: legal while the keys are gone through. */
    private List<Emission> command(TensorId id, ControlEntry.Accepted accepted) {
        TensorState before = Objects.requireNonNull(tensors.get(id));
        Transition done = calibrator.command(id, before, accepted, new SourcePosition(partition, -1));
        tensors.put(id, done.state());
        List<Emission> emissions = new ArrayList<>(done.emissions());
        emissions.add(new Emission.State(id, done.state()));
        return emissions;
    }

    private List<Emission> acknowledge(ControlEntry entry) {
        SourcePosition at = new SourcePosition(partition, -1);
        if (entry instanceof ControlEntry.Malformed bad) {
            return List.of(
                    new Emission.Event(
                            PROGRESS_KEY,
                            new TensorEvent(
                                    Kind.COMMAND_REJECTED,
                                    null,
                                    null,
                                    null,
                                    "control@" + bad.offset() + ": " + bad.message(),
                                    at)),
                    new Emission.DeadLetter(bad.reason(), "control", bad.message()));
        }
        if (entry instanceof ControlEntry.Accepted accepted) {
            ControlCommand command = accepted.command();
            String when = command.effectiveStep() == null ? "at once" : "at step " + command.effectiveStep();
            return List.of(outcome(Kind.COMMAND_ACCEPTED, command, ActionText.of(command.action()) + " " + when, at));
        }
        if (entry instanceof ControlEntry.Refused refused) {
            return List.of(outcome(Kind.COMMAND_REJECTED, refused.command(), refused.why(), at));
        }
        ControlCommand again = ((ControlEntry.Duplicate) entry).command();
        return List.of(outcome(Kind.COMMAND_REJECTED, again, "duplicate id: it changes nothing", at));
    }

    private static Emission outcome(Kind kind, ControlCommand command, String detail, SourcePosition at) {
        return new Emission.Event(
                command.selector().toString(), new TensorEvent(kind, null, command.id(), command.actor(), detail, at));
    }

    private static List<Emission> dead(Reason reason, String stage, String message) {
        return List.of(new Emission.DeadLetter(reason, stage, message));
    }

    private static String message(Exception e) {
        return String.valueOf(e.getMessage());
    }
}
