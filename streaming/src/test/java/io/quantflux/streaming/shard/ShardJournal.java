// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.avro.Activation;
import io.quantflux.avro.ActivationCodec;
import io.quantflux.avro.ShardState;
import io.quantflux.avro.ShardStateCodec;
import io.quantflux.avro.StateCodec;
import io.quantflux.avro.TensorEvent;
import io.quantflux.avro.TensorState;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.engine.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A shard, and what the changelog would hold of it after each input. */
final class ShardJournal {
    static final int PARTITION = 1;
    static final int PARTITIONS = 3;
    static final String ID = "run/x";

    private final ShardSettings settings;
    private final Shard shard;
    private final Map<TensorId, TensorState> states = new HashMap<>();
    private final List<ControlEntry> log = new ArrayList<>();
    private ShardState progress = new ShardState(0);
    private long offset;

    private ShardJournal(ShardSettings settings, Shard shard) {
        this.settings = settings;
        this.shard = shard;
    }

    static ShardJournal open() {
        return open(NonFinitePolicy.QUARANTINE, 100, 1 << 20);
    }

    static ShardJournal open(NonFinitePolicy policy, int maxTensors, int maxRecordBytes) {
        ShardSettings settings = new ShardSettings(
                new CalibrationOperator(Components.standard(), policy),
                QuantizationSpec.DEFAULT,
                PARTITIONS,
                maxTensors,
                maxRecordBytes);
        return new ShardJournal(settings, new Shard(PARTITION, settings, Map.of(), List.of()));
    }

    /** What the next owner of the partition makes of the changelog: states through their bytes, and the log so far. */
    ShardJournal restarted() {
        Map<TensorId, TensorState> restored = new HashMap<>();
        states.forEach((id, state) -> restored.put(id, StateCodec.decode(ByteBuffer.wrap(StateCodec.encode(state)))));
        ShardState followed = ShardStateCodec.decode(ByteBuffer.wrap(ShardStateCodec.encode(progress)));
        List<ControlEntry> history = log.stream()
                .filter(entry -> entry.offset() < followed.controlOffset())
                .toList();
        ShardJournal next = new ShardJournal(settings, new Shard(PARTITION, settings, restored, history));
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

    List<Emission> fold(ShardInput input) {
        List<Emission> emissions = shard.fold(input);
        for (Emission emission : emissions) {
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
