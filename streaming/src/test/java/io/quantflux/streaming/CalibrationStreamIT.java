// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.FakeQuantized;
import io.quantflux.avro.FakeQuantizedCodec;
import io.quantflux.avro.QParamsCodec;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.engine.NonFinitePolicy;
import io.quantflux.engine.StepResult;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class CalibrationStreamIT {
    private static final List<TensorId> IDS = List.of(
            new TensorId("run/conv1"), new TensorId("run/fc1"), new TensorId("run/fc2"), new TensorId("other/x"));
    private static final int STEPS = 40;

    private final CalibrationOperator oracle =
            new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE);

    @Test
    void outputsAndQparamsAreTheBitsOfAnOfflineReplay() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of())) {
            Map<TensorId, CalibrationState> states = new HashMap<>();
            Map<TensorId, List<Tensor>> expected = new HashMap<>();
            feed(cluster, 0, STEPS, states, expected);
            expectOutputs(cluster, expected);
            expectQparams(cluster, states);
            assertThat(processor.status().records()).isEqualTo((long) STEPS * IDS.size());
        }
    }

    @Test
    void aRestartContinuesWhereTheLastTransactionEnded() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics()) {
            Map<TensorId, CalibrationState> states = new HashMap<>();
            Map<TensorId, List<Tensor>> expected = new HashMap<>();
            try (Processor first = cluster.start(Map.of())) {
                feed(cluster, 0, STEPS / 2, states, expected);
                expectOutputs(cluster, expected);
                assertThat(first.status().restarts()).isZero();
            }
            feed(cluster, STEPS / 2, STEPS, states, expected);
            try (Processor second = cluster.start(Map.of())) {
                expectOutputs(cluster, expected);
                expectQparams(cluster, states);
                assertThat(second.status().records())
                        .as("records read again")
                        .isEqualTo((long) (STEPS - STEPS / 2) * IDS.size());
            }
        }
    }

    private void feed(
            TestCluster cluster,
            int from,
            int to,
            Map<TensorId, CalibrationState> states,
            Map<TensorId, List<Tensor>> expected) {
        Random random = new Random(from);
        for (int step = from; step < to; step++) {
            for (TensorId id : IDS) {
                Tensor tensor = gaussian(random, Shape.of(8, 16));
                cluster.send(id, step, tensor);
                CalibrationState before = states.computeIfAbsent(
                        id, first -> oracle.start(QuantizationSpec.DEFAULT, QuantizationTarget.ACTIVATION));
                StepResult result = oracle.step(before, tensor);
                states.put(id, result.state());
                expected.computeIfAbsent(id, first -> new ArrayList<>()).add(result.output());
            }
        }
    }

    static Tensor gaussian(Random random, Shape shape) {
        float[] values = new float[(int) shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(shape, values);
    }

    private static void expectOutputs(TestCluster cluster, Map<TensorId, List<Tensor>> expected) {
        int count = expected.values().stream().mapToInt(List::size).sum();
        Map<TensorId, List<ByteBuffer>> actual = new HashMap<>();
        for (ConsumerRecord<ByteBuffer, ByteBuffer> record : cluster.read(cluster.topics.fakeQuantized(), count)) {
            FakeQuantized output = FakeQuantizedCodec.decode(record.value());
            actual.computeIfAbsent(new TensorId(TestCluster.key(record)), first -> new ArrayList<>())
                    .add(output.tensor().data());
        }
        expected.forEach((id, tensors) -> assertThat(actual.get(id))
                .as("outputs of %s", id)
                .containsExactlyElementsOf(tensors.stream().map(Tensor::data).toList()));
    }

    private static void expectQparams(TestCluster cluster, Map<TensorId, CalibrationState> states) {
        Map<TensorId, QParamsUpdate> newest = new HashMap<>();
        cluster.readUntil(cluster.topics.qparams(), read -> {
            read.forEach(record -> newest.put(
                    new TensorId(TestCluster.key(record)),
                    QParamsCodec.decode(record.value().duplicate())));
            return states.entrySet().stream()
                    .allMatch(state -> newest.containsKey(state.getKey())
                            && newest.get(state.getKey()).observations()
                                    == state.getValue().observations());
        });
        states.forEach((id, state) -> {
            QParamsUpdate update = Objects.requireNonNull(newest.get(id));
            assertThat(update.qparams()).as("qparams of %s", id).isEqualTo(state.qparams());
            assertThat(update.runningMin()).isEqualTo(state.floats(CalibrationState.RUNNING_MIN));
        });
    }
}
