// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.avro.Activation;
import io.quantflux.avro.ActivationCodec;
import io.quantflux.avro.ChunkHeader;
import io.quantflux.avro.OpenMessage;
import io.quantflux.avro.OpenMessagesCodec;
import io.quantflux.avro.ShardState;
import io.quantflux.avro.ShardStateCodec;
import io.quantflux.avro.StateCodec;
import io.quantflux.avro.TensorEvent;
import io.quantflux.avro.TensorState;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import io.quantflux.streaming.chunk.ChunkLimits;
import io.quantflux.streaming.chunk.OpenMessages;
import io.quantflux.streaming.chunk.Reading;
import io.quantflux.streaming.chunk.Reassembled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** A shard, and what the changelog would hold of it after each input. */
final class ShardJournal {
    static final int PARTITION = 1;
    static final int PARTITIONS = 3;
    static final String ID = "run/x";

    private final ShardSettings settings;
    private final ChunkLimits limits;
    private final Shard shard;
    private final Map<TensorId, TensorState> states = new HashMap<>();
    private final List<ControlEntry> log = new ArrayList<>();
    private final Map<TensorId, List<OpenMessage>> open = new HashMap<>();
    private final Map<Long, ByteBuffer> spool = new HashMap<>();
    private ShardState progress = new ShardState(0);
    private long offset;

    private ShardJournal(ShardSettings settings, ChunkLimits limits, Shard shard) {
        this.settings = settings;
        this.limits = limits;
        this.shard = shard;
    }

    static ShardJournal open() {
        return open(NonFinitePolicy.QUARANTINE, 100, 1 << 20);
    }

    static ShardJournal open(NonFinitePolicy policy, int maxTensors, int maxRecordBytes) {
        return open(policy, maxTensors, maxRecordBytes, ChunkLimits.DEFAULT);
    }

    static ShardJournal open(NonFinitePolicy policy, int maxTensors, int maxRecordBytes, ChunkLimits limits) {
        ShardSettings settings = new ShardSettings(
                new CalibrationOperator(Components.standard(), policy),
                QuantizationSpec.DEFAULT,
                null,
                PARTITIONS,
                maxTensors,
                maxRecordBytes,
                true);
        return new ShardJournal(
                settings,
                limits,
                new Shard(PARTITION, settings, Map.of(), new StandingOrders(), new OpenMessages(limits, Map.of())));
    }

    /** What the next owner of the partition makes of the changelog: states through their bytes, and the log so far. */
    ShardJournal restarted() {
        Map<TensorId, TensorState> restored = new HashMap<>();
        states.forEach((id, state) -> restored.put(id, StateCodec.decode(ByteBuffer.wrap(StateCodec.encode(state)))));
        ShardState followed = ShardStateCodec.decode(ByteBuffer.wrap(ShardStateCodec.encode(progress)));
        List<ControlEntry> history = log.stream()
                .filter(entry -> entry.offset() < followed.controlOffset())
                .toList();
        Map<TensorId, List<OpenMessage>> chunked = new HashMap<>();
        open.forEach((id, messages) ->
                chunked.put(id, OpenMessagesCodec.decode(ByteBuffer.wrap(OpenMessagesCodec.encode(messages)))));
        ShardJournal next = new ShardJournal(
                settings,
                limits,
                new Shard(
                        PARTITION, settings, restored, StandingOrders.of(history), new OpenMessages(limits, chunked)));
        next.open.putAll(chunked);
        next.spool.putAll(spool);
        next.states.putAll(restored);
        next.log.addAll(history);
        next.progress = followed;
        next.offset = offset;
        return next;
    }

    /* ---- inputs ---- */

    List<Emission> record(long step, float... values) {
        return record(ID, step, values);
    }

    List<Emission> record(String id, long step, float... values) {
        return record(id, activation(step, Tensor.of(Shape.of(values.length), values), null));
    }

    static Activation activation(long step, Tensor tensor, @Nullable QuantizationSpec spec) {
        return new Activation(step, tensor, spec, QuantizationTarget.ACTIVATION, "test", -1);
    }

    List<Emission> record(String id, Activation activation) {
        return raw(utf8(id), ByteBuffer.wrap(ActivationCodec.encode(activation)));
    }

    /** A record as it came, at the next offset. */
    List<Emission> raw(@Nullable ByteBuffer key, @Nullable ByteBuffer value) {
        return fold(new ShardInput.TensorArrived(offset++, key, value));
    }

    /** A chunk at the next offset; {@code null} for headers that are wrong. */
    List<Emission> chunk(String id, @Nullable ChunkHeader header, byte[] value) {
        spool.put(offset, ByteBuffer.wrap(value));
        return fold(new ShardInput.ChunkArrived(
                offset++, utf8(id), header, header == null ? "the headers are wrong" : null));
    }

    /** Forgets a chunk, as retention does. */
    void expire(long at) {
        spool.remove(at);
    }

    List<Emission> send(String id, Action action, @Nullable Long step) {
        return send(new ControlCommand(id, "ada", Selector.of(ID), action, step));
    }

    List<Emission> send(ControlCommand command) {
        boolean known = log.stream()
                .anyMatch(entry -> entry instanceof ControlEntry.Accepted accepted
                        && accepted.command().id().equals(command.id()));
        return entry(
                known
                        ? new ControlEntry.Duplicate(log.size(), command)
                        : new ControlEntry.Accepted(log.size(), command));
    }

    List<Emission> malformed(Emission.Reason reason, String message) {
        return entry(new ControlEntry.Malformed(log.size(), reason, message));
    }

    private List<Emission> entry(ControlEntry entry) {
        log.add(entry);
        return fold(new ShardInput.CommandArrived(entry));
    }

    /** As a lane does it: what is awaited is read first. */
    List<Emission> fold(ShardInput input) {
        List<Emission> all = new ArrayList<>();
        for (Reading reading = shard.awaited(input); reading != null; reading = shard.awaited(input)) {
            all.addAll(noted(shard.fold(new ShardInput.MessageRead(input, reading, read(reading.message())))));
            if (reading.givenUp() == null) {
                return all;
            }
        }
        all.addAll(noted(shard.fold(input)));
        return all;
    }

    private Reassembled read(OpenMessage message) {
        ByteBuffer whole = ByteBuffer.allocate((int) message.head().bytes());
        String fault = null;
        for (int index = 0; index < message.offsets().size(); index++) {
            ByteBuffer value = spool.get(message.offsets().get(index));
            if (value == null) {
                fault = "a chunk is gone";
            } else {
                whole.put(index * message.head().size(), value, 0, value.capacity());
            }
        }
        CRC32 crc = new CRC32();
        crc.update(whole.duplicate());
        return new Reassembled(
                whole,
                fault == null && crc.getValue() != message.head().crc32() ? "crc32" : fault,
                ByteBuffer::allocate);
    }

    private List<Emission> noted(List<Emission> emissions) {
        for (Emission emission : emissions) {
            if (emission instanceof Emission.Chunks chunks && chunks.open().isEmpty()) {
                open.remove(chunks.id());
            } else if (emission instanceof Emission.Chunks chunks) {
                open.put(chunks.id(), chunks.open());
            }
            if (emission instanceof Emission.State state) {
                states.put(state.id(), state.value());
            } else if (emission instanceof Emission.Progress moved) {
                progress = moved.value();
            }
        }
        return emissions;
    }

    /* ---- what has become of it ---- */

    TensorState state() {
        return state(ID);
    }

    TensorState state(String id) {
        TensorState state = states.get(new TensorId(id));
        if (state == null) {
            throw new AssertionError("no state of " + id);
        }
        return state;
    }

    /** The messages that the changelog says are open. */
    List<OpenMessage> open(String id) {
        return open.getOrDefault(new TensorId(id), List.of());
    }

    Map<TensorId, TensorState> states() {
        return Map.copyOf(states);
    }

    ShardState progress() {
        return progress;
    }

    int tensors() {
        return shard.tensors();
    }

    static <T extends Emission> List<T> only(Class<T> kind, List<Emission> emissions) {
        return emissions.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** {@code KIND command@step: detail} of each event. */
    static List<String> events(List<Emission> emissions) {
        return only(Emission.Event.class, emissions).stream()
                .map(event -> text(event.value()))
                .toList();
    }

    private static String text(TensorEvent event) {
        String command = event.commandId() == null ? "" : " " + event.commandId();
        return event.kind() + command + (event.step() == null ? "" : " @" + event.step());
    }

    static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
