// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.fuzz;

import io.quantflux.avro.ControlCodec;
import io.quantflux.avro.TensorState;
import io.quantflux.avro.WireFormatException;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.streaming.shard.ControlEntry;
import io.quantflux.streaming.shard.Emission;
import io.quantflux.streaming.shard.Shard;
import io.quantflux.streaming.shard.ShardInput;
import io.quantflux.streaming.shard.ShardSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Mutated records and commands through a shard: each is taken, or refused with a reason and without a trace. What the shard
 * has come to is compared with one that saw only what was taken.
 */
final class Fuzzer {
    private static final int ROUND = 20_000;
    private static final List<byte[]> RECORDS = Seeds.records();
    private static final List<byte[]> COMMANDS = Seeds.commands();
    private static final ShardSettings SETTINGS = new ShardSettings(
            new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE),
            QuantizationSpec.DEFAULT,
            null,
            1,
            100,
            1 << 20,
            true);

    private final Random random;
    private final Mutator mutator;
    private final Map<String, Long> refused = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private final List<ShardInput> taken = new ArrayList<>();
    private final Map<TensorId, TensorState> states = new HashMap<>();
    private Shard shard = shard();
    private long inputs;

    Fuzzer(long seed) {
        random = new Random(seed);
        mutator = new Mutator(random);
    }

    /**
     * What happened.
     *
     * @param refused by reason
     * @param failures what was neither taken nor refused as it should be, with the bytes that did it
     */
    record Report(long inputs, long taken, Map<String, Long> refused, List<String> failures) {}

    Report run(long count) {
        long accepted = 0;
        for (inputs = 0; inputs < count && failures.size() < 10; inputs++) {
            one();
            if (taken.size() >= ROUND || inputs == count - 1) {
                accepted += taken.size();
                compare();
            }
        }
        return new Report(inputs, accepted, refused, failures);
    }

    private void one() {
        boolean command = random.nextInt(4) == 0;
        List<byte[]> seeds = command ? COMMANDS : RECORDS;
        byte[] bytes = seeds.get(random.nextInt(seeds.size()));
        byte[] mutated = random.nextInt(20) == 0 ? bytes : mutator.mutate(bytes);
        byte[] key = ("run/" + (char) ('a' + random.nextInt(26)) + random.nextInt(3)).getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(10) == 0) {
            key = mutator.mutate(key);
        }
        try {
            fold(
                    command
                            ? new ShardInput.CommandArrived(entry(mutated))
                            : new ShardInput.TensorArrived(inputs, ByteBuffer.wrap(key), ByteBuffer.wrap(mutated)));
        } catch (Throwable e) {
            failures.add(e + " for key " + Arrays.toString(key) + ", value " + Arrays.toString(mutated));
        }
    }

    private ControlEntry entry(byte[] bytes) {
        try {
            ControlCommand command = ControlCodec.decode(ByteBuffer.wrap(bytes));
            return new ControlEntry.Accepted(inputs, command);
        } catch (WireFormatException e) {
            return new ControlEntry.Malformed(inputs, Emission.Reason.of(e), String.valueOf(e.getMessage()));
        }
    }

    private void fold(ShardInput input) {
        int before = shard.tensors();
        List<Emission> emissions = shard.fold(input);
        for (Emission emission : emissions) {
            if (emission instanceof Emission.DeadLetter letter) {
                refused.merge(letter.reason().name(), 1L, Long::sum);
                boolean traceless = shard.tensors() == before
                        && emissions.stream().noneMatch(each -> each instanceof Emission.State);
                if (!traceless || letter.reason() == Emission.Reason.INTERNAL) {
                    throw new IllegalStateException(letter.toString());
                }
                return;
            }
        }
        taken.add(input);
        keepStates(emissions, states);
    }

    private void compare() {
        Shard clean = shard();
        Map<TensorId, TensorState> expected = new HashMap<>();
        taken.forEach(input -> keepStates(clean.fold(input), expected));
        if (!expected.equals(states)) {
            failures.add("a refused input has left a trace, before input " + inputs);
        }
        taken.clear();
        states.clear();
        shard = shard();
    }

    private static void keepStates(List<Emission> emissions, Map<TensorId, TensorState> states) {
        for (Emission emission : emissions) {
            if (emission instanceof Emission.State state) {
                states.put(state.id(), state.value());
            }
        }
    }

    private static Shard shard() {
        return new Shard(0, SETTINGS, Map.of(), List.of());
    }
}
