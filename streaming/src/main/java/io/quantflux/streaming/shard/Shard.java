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
import io.quantflux.streaming.shard.Emission.Reason;
import io.quantflux.streaming.shard.TensorCalibrator.Transition;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    private final Map<TensorId, TensorState> tensors;
    private final List<ControlEntry.Accepted> standing = new ArrayList<>();

    /**
     * Restores a shard.
     *
     * @param tensors states of its tensors, from the changelog
     * @param history the control log up to where the shard had followed it
     */
    public Shard(
            int partition, ShardSettings settings, Map<TensorId, TensorState> tensors, List<ControlEntry> history) {
        this.partition = partition;
        this.settings = settings;
        this.calibrator = new TensorCalibrator(settings.operator(), settings.defaultSpec());
        this.tensors = new TreeMap<>(tensors);
        history.forEach(this::keep);
    }

    /** Number of tensors it holds. */
    public int tensors() {
        return tensors.size();
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
        return control(((ShardInput.CommandArrived) input).entry());
    }

    /* ---- records ---- */

    private List<Emission> tensor(ShardInput.TensorArrived record) {
        TensorId id;
        try {
            id = id(record.key());
        } catch (InvalidSpecException | CharacterCodingException e) {
            return dead(
                    Reason.KEY, "key", e instanceof CharacterCodingException ? "tensor id is not UTF-8" : message(e));
        }
        TensorState known = tensors.get(id);
        if (known != null && record.offset() <= known.lastOffset()) {
            throw new ShardGuardException("partition " + partition + " @ " + record.offset() + ": " + id
                    + " has already counted offset " + known.lastOffset() + "; state and committed offsets disagree");
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
        if (known == null && tensors.size() >= settings.maxTensors()) {
            return dead(
                    Reason.TENSOR_LIMIT,
                    "calibrate",
                    id + " would be tensor " + (tensors.size() + 1L) + "; max.tensors.per.partition is "
                            + settings.maxTensors());
        }
        try {
            return calibrate(id, known, ActivationCodec.decode(record.value()), record.offset());
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

    private List<Emission> calibrate(TensorId id, @Nullable TensorState known, Activation activation, long offset) {
        SourcePosition at = new SourcePosition(partition, offset);
        List<Emission> emissions = new ArrayList<>();
        TensorState tensor = known;
        if (tensor == null) {
            tensor = calibrator.open(activation);
            for (ControlEntry.Accepted order : standing) {
                if (order.command().selector().matches(id)) {
                    tensor = follow(calibrator.command(id, tensor, order, at), emissions);
                }
            }
        }
        tensor = follow(calibrator.record(id, tensor, activation, at), emissions);
        requireStorable(tensor);
        tensors.put(id, tensor);
        emissions.add(new Emission.State(id, tensor));
        return emissions;
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
            SourcePosition at = new SourcePosition(partition, -1);
            for (Map.Entry<TensorId, TensorState> tensor : tensors.entrySet()) {
                if (accepted.command().selector().matches(tensor.getKey())) {
                    Transition done = calibrator.command(tensor.getKey(), tensor.getValue(), accepted, at);
                    tensor.setValue(done.state());
                    emissions.addAll(done.emissions());
                    emissions.add(new Emission.State(tensor.getKey(), done.state()));
                }
            }
        }
        keep(entry);
        emissions.add(new Emission.Progress(new ShardState(entry.offset() + 1)));
        return emissions;
    }

    private void keep(ControlEntry entry) {
        if (entry instanceof ControlEntry.Accepted accepted) {
            standing.add(accepted);
        }
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
        boolean duplicate = entry instanceof ControlEntry.Duplicate;
        ControlCommand command =
                duplicate ? ((ControlEntry.Duplicate) entry).command() : ((ControlEntry.Accepted) entry).command();
        String when = command.effectiveStep() == null ? "at once" : "at step " + command.effectiveStep();
        return List.of(new Emission.Event(
                command.selector().toString(),
                new TensorEvent(
                        duplicate ? Kind.COMMAND_REJECTED : Kind.COMMAND_ACCEPTED,
                        null,
                        command.id(),
                        command.actor(),
                        duplicate ? "duplicate id: it changes nothing" : ActionText.of(command.action()) + " " + when,
                        at)));
    }

    private static List<Emission> dead(Reason reason, String stage, String message) {
        return List.of(new Emission.DeadLetter(reason, stage, message));
    }

    private static String message(Exception e) {
        return String.valueOf(e.getMessage());
    }
}
