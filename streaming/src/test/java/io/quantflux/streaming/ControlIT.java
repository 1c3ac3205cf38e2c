// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.EventCodec;
import io.quantflux.avro.FakeQuantized;
import io.quantflux.avro.FakeQuantizedCodec;
import io.quantflux.avro.QParamsCodec;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.avro.TensorEvent;
import io.quantflux.avro.TensorEvent.Kind;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ControlIT {
    private static final List<TensorId> IDS =
            IntStream.range(0, 5).mapToObj(i -> new TensorId("run/layer" + i)).toList();
    private static final Selector ALL = Selector.of("run/*");

    @Test
    void atStepSEveryTensorIsFrozenFromTheRecordOfThatStepOn() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of("commit.interval.ms", 5))) {
            Oracle oracle = new Oracle(cluster);
            oracle.feed(IDS, 0, 10);
            oracle.awaitOutputs();
            cluster.send(new ControlCommand("freeze", "ada", ALL, new Action.SetExportMode(true), 25L));
            awaitEvents(cluster, "freeze", 1); // the acceptance: from here on every shard knows
            feedOnly(cluster, oracle, 10, 40);
            cluster.read(cluster.topics.fakeQuantized(), 40 * IDS.size());

            assertThat(versions(cluster, 24))
                    .as("before step 25, all versions change")
                    .allMatch(v -> v == 25L);
            for (int step = 25; step < 40; step++) {
                assertThat(versions(cluster, step))
                        .as("step %d", step)
                        .hasSize(IDS.size())
                        .allMatch(v -> v == 26L);
            }
            for (TensorId id : IDS) {
                List<QParamsUpdate> updates = updates(cluster, id);
                QParamsUpdate last = updates.get(updates.size() - 1);
                assertThat(last.step()).isEqualTo(39);
                assertThat(last.observations()).isEqualTo(25);
                assertThat(last.switches().exportMode()).isTrue();
                assertThat(updates.stream().filter(u -> u.step() >= 24).map(QParamsUpdate::qparams))
                        .as("qparams of %s from step 24's on", id)
                        .allMatch(q -> q != null && q.equals(last.qparams()));
            }
            assertThat(events(cluster, "freeze"))
                    .filteredOn(event -> event.kind() == Kind.COMMAND_APPLIED)
                    .hasSize(IDS.size())
                    .allSatisfy(event -> {
                        assertThat(event.step()).isEqualTo(25);
                        assertThat(event.actor()).isEqualTo("ada");
                    });
            assertThat(processor.status().restarts()).isZero();
        }
    }

    /** Without the oracle's own opinion of qparams: it knows no commands. */
    private static void feedOnly(TestCluster cluster, Oracle oracle, int from, int to) {
        for (int step = from; step < to; step++) {
            for (TensorId id : IDS) {
                cluster.post(id, TestCluster.activation(step, oracle.gaussian(Shape.of(4, 4))));
            }
        }
        cluster.flush();
    }

    private static List<Long> versions(TestCluster cluster, long step) {
        return cluster.readAll(cluster.topics.fakeQuantized()).stream()
                .map(record -> FakeQuantizedCodec.decode(record.value()))
                .filter(output -> output.step() == step)
                .map(FakeQuantized::qparamsVersion)
                .toList();
    }

    private static List<QParamsUpdate> updates(TestCluster cluster, TensorId id) {
        return cluster.readAll(cluster.topics.qparams()).stream()
                .filter(record -> TestCluster.key(record).equals(id.value()))
                .map(record -> QParamsCodec.decode(record.value()))
                .toList();
    }

    @Test
    void atOnceItAppliesOnceToEachTensorWhateverIsSentTwice() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of())) {
            Oracle oracle = new Oracle(cluster);
            oracle.feed(IDS, 0, 2);
            oracle.awaitOutputs();
            ControlCommand reset = new ControlCommand("r1", "ada", ALL, new Action.Reset(), null);
            cluster.send(reset);
            cluster.send(reset);
            cluster.send(new ControlCommand(
                    "r2",
                    "bob",
                    Selector.of("run/layer0"),
                    new Action.SetSpec(QuantizationSpec.builder()
                            .qparamCalculatorCls("median")
                            .build()),
                    null));
            awaitEvents(cluster, "r2", 2);
            awaitEvents(cluster, "r1", IDS.size() + 2);

            assertThat(events(cluster, "r1"))
                    .extracting(TensorEvent::kind)
                    .containsOnlyOnce(Kind.COMMAND_ACCEPTED, Kind.COMMAND_REJECTED)
                    .filteredOn(kind -> kind == Kind.COMMAND_APPLIED)
                    .hasSize(IDS.size());
            assertThat(events(cluster, "r2"))
                    .extracting(TensorEvent::kind)
                    .containsExactlyInAnyOrder(Kind.COMMAND_ACCEPTED, Kind.COMMAND_REJECTED);
            assertThat(processor.status().restarts()).isZero();
        }
    }

    @Test
    void aScheduleActsFromTrainingStartToTrainingStopAndThenLasts() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics()) {
            cluster.send(
                    new ControlCommand("plan", "ada", ALL, new Action.SetSchedule(new QatSchedule(0, 4, 6L)), null));
            cluster.send(new ControlCommand("start", "ada", ALL, new Action.SetTraining(true), 2L));
            cluster.send(new ControlCommand("stop", "ada", ALL, new Action.SetTraining(false), 8L));
            cluster.send(new ControlCommand("refused", "ada", ALL, new Action.SetObserver(true), 9L));
            cluster.send(new ControlCommand("clear", "ada", ALL, new Action.ClearSchedule(), 10L));
            cluster.send(new ControlCommand("manual", "ada", ALL, new Action.SetObserver(true), 11L));
            Tensor tensor = Tensor.of(Shape.of(4), 0.1f, -0.7f, 0.33f, 2.9f);
            try (Processor processor = cluster.start(Map.of())) {
                for (int step = 0; step < 12; step++) {
                    for (TensorId id : IDS) {
                        cluster.post(id, TestCluster.activation(step, tensor));
                    }
                }
                cluster.flush();
                cluster.read(cluster.topics.fakeQuantized(), 12 * IDS.size());
                assertThat(processor.status().restarts()).isZero();
            }
            for (TensorId id : IDS) {
                assertThat(cluster.readAll(cluster.topics.fakeQuantized()).stream()
                                .filter(record -> TestCluster.key(record).equals(id.value()))
                                .map(record -> FakeQuantizedCodec.decode(record.value()))
                                .map(output -> (output.outcome().equals("observed") ? "o" : "-")
                                        + (output.tensor().equals(tensor) ? "-" : "q")))
                        .containsExactly("oq", "oq", "o-", "o-", "oq", "oq", "-q", "-q", "-q", "-q", "-q", "oq");
            }
            assertThat(events(cluster, "refused"))
                    .extracting(TensorEvent::kind)
                    .containsOnlyOnce(Kind.COMMAND_ACCEPTED)
                    .filteredOn(kind -> kind == Kind.COMMAND_REJECTED)
                    .hasSize(IDS.size());
        }
    }

    @Test
    void commandsSentBeforeTheProcessorStartsApplyAndARestartRepeatsNone() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics()) {
            cluster.send(new ControlCommand("early", "ada", ALL, new Action.SetFakeQuant(false), null));
            Oracle oracle = new Oracle(cluster);
            try (Processor first = cluster.start(Map.of())) {
                feedOnly(cluster, oracle, 0, 2);
                cluster.read(cluster.topics.fakeQuantized(), 2 * IDS.size());
                assertThat(first.status().tensors()).isEqualTo(IDS.size());
            }
            try (Processor second = cluster.start(Map.of())) {
                feedOnly(cluster, oracle, 2, 4);
                cluster.read(cluster.topics.fakeQuantized(), 4 * IDS.size());
                assertThat(second.status().records()).isEqualTo(2L * IDS.size());
            }
            assertThat(events(cluster, "early"))
                    .extracting(TensorEvent::kind)
                    .containsOnlyOnce(Kind.COMMAND_ACCEPTED)
                    .hasSize(IDS.size() + 1);
            assertThat(cluster.readAll(cluster.topics.qparams()))
                    .allMatch(record ->
                            !QParamsCodec.decode(record.value()).switches().fakeQuant());
        }
    }

    @Test
    void aRecordThatIsNoCommandIsRejectedAndADeadLetterAndTheNextApplies() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of())) {
            Oracle oracle = new Oracle(cluster);
            oracle.feed(IDS, 0, 1);
            oracle.awaitOutputs();
            byte[] key = "somewhere".getBytes(StandardCharsets.UTF_8);
            byte[] text = "reset!".getBytes(StandardCharsets.UTF_8);
            cluster.send(cluster.topics.control(), key, text);
            cluster.send(cluster.topics.control(), null, null);
            cluster.send(new ControlCommand("good", "ada", ALL, new Action.Reset(), null));
            awaitEvents(cluster, "good", IDS.size() + 1);
            awaitEvents(cluster, null, 2);

            assertThat(events(cluster, null))
                    .allMatch(event -> event.kind() == Kind.COMMAND_REJECTED)
                    .extracting(TensorEvent::detail)
                    .satisfiesExactlyInAnyOrder(
                            detail ->
                                    assertThat(detail).startsWith("control@0: ").contains("expected C3 01"),
                            detail -> assertThat(detail).startsWith("control@1: the record has no value"));
            List<ConsumerRecord<ByteBuffer, ByteBuffer>> letters = cluster.readAll(cluster.topics.deadLetters());
            assertThat(letters).hasSize(2).anySatisfy(letter -> {
                assertThat(letter.value()).isEqualTo(ByteBuffer.wrap(text));
                assertThat(letter.key()).isEqualTo(ByteBuffer.wrap(key));
                assertThat(new String(
                                letter.headers()
                                        .lastHeader("__quantflux.errors.topic")
                                        .value(),
                                StandardCharsets.UTF_8))
                        .isEqualTo(cluster.topics.control());
            });
            assertThat(processor.status().deadLetters()).isEqualTo(Map.of("DECODE", 1L, "EMPTY", 1L));
        }
    }

    private static void awaitEvents(TestCluster cluster, @Nullable String commandId, int count) {
        cluster.readUntil(cluster.topics.events(), read -> of(commandId, read).size() >= count);
    }

    private static List<TensorEvent> events(TestCluster cluster, @Nullable String commandId) {
        return of(commandId, cluster.readAll(cluster.topics.events()));
    }

    private static List<TensorEvent> of(
            @Nullable String commandId, List<ConsumerRecord<ByteBuffer, ByteBuffer>> records) {
        return records.stream()
                .map(record -> EventCodec.decode(record.value().duplicate()))
                .filter(event -> commandId == null ? event.commandId() == null : commandId.equals(event.commandId()))
                .toList();
    }
}
