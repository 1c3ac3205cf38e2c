// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.ActivationCodec;
import io.quantflux.avro.ControlCodec;
import io.quantflux.avro.EventCodec;
import io.quantflux.avro.StateCodec;
import io.quantflux.avro.TensorEvent;
import io.quantflux.avro.TensorState;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import io.quantflux.streaming.shard.ControlEntry;
import io.quantflux.streaming.shard.Emission;
import io.quantflux.streaming.shard.Shard;
import io.quantflux.streaming.shard.ShardInput;
import io.quantflux.streaming.shard.ShardSettings;
import io.quantflux.streaming.shard.TestShards;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Thousands of commands, duplicates and records that are none among them, and a restart: each counts once, in order. */
class ControlStormIT {
    private static final int COMMANDS = 20_000;
    private static final List<String> SELECTORS =
            List.of("*", "run/*", "run/0", "run/later", "regex:run/[0-3]", "none/x");

    private final Set<String> ids = new HashSet<>();
    private final Map<TensorId, TensorState> expected = new HashMap<>();
    private final Shard[] model = new Shard[TestCluster.PARTITIONS];

    @Test
    void theStatesAreThoseOfTheAcceptedCommandsOnceAndInOrder() throws Exception {
        ShardSettings settings = TestShards.settings(TestCluster.PARTITIONS);
        for (int partition = 0; partition < model.length; partition++) {
            model[partition] = new Shard(partition, settings, Map.of(), List.of());
        }
        try (TestCluster cluster = TestCluster.withTopics()) {
            try (Processor first = cluster.start(Map.of())) {
                for (int i = 0; i < 6; i++) {
                    record(cluster, "run/" + i, 0);
                }
                cluster.read(cluster.topics.fakeQuantized(), 6);
                long sending = System.nanoTime();
                commands(cluster, new Random(1), 0, COMMANDS / 2);
                cluster.readUntil(cluster.topics.events(), answered(COMMANDS / 2));
                double seconds = (System.nanoTime() - sending) / 1e9;
                System.out.printf(
                        "%d commands sent and answered in %.1f s: %.0f a second%n",
                        COMMANDS / 2, seconds, COMMANDS / 2 / seconds);
                commands(cluster, new Random(3), COMMANDS / 2, COMMANDS * 3 / 4);
            }
            // some of them are waiting now, and more come while nobody looks
            commands(cluster, new Random(2), COMMANDS * 3 / 4, COMMANDS);
            try (Processor second = cluster.start(Map.of())) {
                cluster.readUntil(cluster.topics.events(), answered(COMMANDS));
                record(cluster, "run/later", 5);
                record(cluster, "run/0", 9);
                cluster.read(cluster.topics.fakeQuantized(), 8);
                assertThat(second.status().restarts()).isZero();
            }
            Map<TensorId, TensorState> actual = new HashMap<>();
            cluster.readAll(cluster.topics.state()).stream()
                    .filter(record -> !TestCluster.key(record).equals(Shard.PROGRESS_KEY))
                    .forEach(record ->
                            actual.put(new TensorId(TestCluster.key(record)), StateCodec.decode(record.value())));
            assertThat(actual).isEqualTo(expected);
            assertThat(cluster.readAll(cluster.topics.events()).stream().filter(ControlStormIT::isAnswer))
                    .as("one answer each, with actor and reason")
                    .hasSize(COMMANDS)
                    .allSatisfy(record -> assertThat(
                                    EventCodec.decode(record.value()).detail())
                            .isNotEmpty());
        }
    }

    /** Looks at each event once. */
    private static Predicate<List<ConsumerRecord<ByteBuffer, ByteBuffer>>> answered(int commands) {
        AtomicInteger seen = new AtomicInteger();
        AtomicInteger answers = new AtomicInteger();
        return events -> {
            while (seen.get() < events.size()) {
                if (isAnswer(events.get(seen.getAndIncrement()))) {
                    answers.incrementAndGet();
                }
            }
            return answers.get() >= commands;
        };
    }

    /** From the one shard that speaks for a command, not from the tensors it touched. */
    private static boolean isAnswer(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        TensorEvent event = EventCodec.decode(record.value());
        return event.kind() == TensorEvent.Kind.COMMAND_ACCEPTED
                || event.detail().startsWith("duplicate id")
                || TestCluster.key(record).equals(Shard.PROGRESS_KEY);
    }

    private void record(TestCluster cluster, String id, long step) {
        int partition = Math.floorMod(id.hashCode(), TestCluster.PARTITIONS);
        byte[] key = id.getBytes(StandardCharsets.UTF_8);
        byte[] value =
                ActivationCodec.encode(TestCluster.activation(step, Tensor.of(Shape.of(3), -1, 0, (float) step)));
        long offset = cluster.send(new ProducerRecord<>(cluster.topics.activations(), partition, key, value))
                .offset();
        fold(partition, new ShardInput.TensorArrived(offset, ByteBuffer.wrap(key), ByteBuffer.wrap(value)));
    }

    private void commands(TestCluster cluster, Random random, int from, int to) {
        List<byte[]> values = new ArrayList<>();
        for (int i = from; i < to; i++) {
            ControlEntry entry;
            if (random.nextInt(50) == 0) {
                values.add(new byte[] {1, 2, 3});
                entry = new ControlEntry.Malformed(i, Emission.Reason.DECODE, "no command");
            } else {
                ControlCommand command = new ControlCommand(
                        "c" + random.nextInt(COMMANDS),
                        "ada",
                        Selector.of(SELECTORS.get(random.nextInt(SELECTORS.size()))),
                        action(random),
                        random.nextInt(40) == 0 ? (Long) (long) random.nextInt(10) : null);
                values.add(ControlCodec.encode(command));
                entry = ids.add(command.id())
                        ? new ControlEntry.Accepted(i, command)
                        : new ControlEntry.Duplicate(i, command);
            }
            for (int partition = 0; partition < model.length; partition++) {
                fold(partition, new ShardInput.CommandArrived(entry));
            }
        }
        cluster.postAll(cluster.topics.control(), values);
    }

    private static Action action(Random random) {
        boolean on = random.nextBoolean();
        return switch (random.nextInt(6)) {
            case 0 -> new Action.SetExportMode(on);
            case 1 -> new Action.SetObserver(on);
            case 2 -> new Action.SetFakeQuant(on);
            case 3 -> new Action.SetCalibration(on);
            case 4 -> new Action.SetNonFinite(on ? NonFinitePolicy.REJECT : null);
            default -> new Action.Reset();
        };
    }

    private void fold(int partition, ShardInput input) {
        for (Emission emission : model[partition].fold(input)) {
            if (emission instanceof Emission.State state) {
                expected.put(state.id(), state.value());
            }
        }
    }
}
