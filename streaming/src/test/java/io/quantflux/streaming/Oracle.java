// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.FakeQuantized;
import io.quantflux.avro.QParamsCodec;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.client.FakeQuantizedReader;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.engine.StepResult;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.NonFinitePolicy;
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

/** Feeds tensors to a cluster and, beside it, to the operator in this thread: what the stream must come to, bit by bit. */
final class Oracle {
    private final TestCluster cluster;
    private final CalibrationOperator operator =
            new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE);
    private final Map<TensorId, CalibrationState> states = new HashMap<>();
    private final Map<TensorId, List<Tensor>> outputs = new HashMap<>();
    private final Random random = new Random(20);

    Oracle(TestCluster cluster) {
        this.cluster = cluster;
    }

    /** A random tensor for each id and each step in {@code [from, to)}. */
    void feed(List<TensorId> ids, int from, int to) {
        for (int step = from; step < to; step++) {
            for (TensorId id : ids) {
                feed(id, step, gaussian(Shape.of(8, 16)));
            }
        }
        cluster.flush();
    }

    void feed(TensorId id, long step, Tensor tensor) {
        cluster.post(id, TestCluster.activation(step, tensor));
        expect(id, tensor);
    }

    /** Notes what a tensor leads to that comes by another way. */
    void expect(TensorId id, Tensor tensor) {
        CalibrationState before = states.computeIfAbsent(
                id, first -> operator.start(QuantizationSpec.DEFAULT, QuantizationTarget.ACTIVATION));
        StepResult result = operator.step(before, tensor);
        states.put(id, result.state());
        outputs.computeIfAbsent(id, first -> new ArrayList<>()).add(result.output());
    }

    Tensor gaussian(Shape shape) {
        float[] values = new float[(int) shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(shape, values);
    }

    /** How many records it has fed. */
    int fed() {
        return outputs.values().stream().mapToInt(List::size).sum();
    }

    /** Waits until as many outputs are there as records were fed. */
    void awaitOutputs() {
        cluster.readUntil(
                cluster.topics.fakeQuantized(),
                read -> read(read).values().stream().mapToInt(List::size).sum() >= fed());
    }

    /** Each record has led to one output, in order, with the right bits; and the newest qparams are right. */
    void verify() {
        awaitOutputs();
        Map<TensorId, List<ByteBuffer>> actual = read(cluster.readAll(cluster.topics.fakeQuantized()));
        assertThat(actual.keySet()).isEqualTo(outputs.keySet());
        outputs.forEach((id, tensors) -> assertThat(actual.get(id))
                .as("outputs of %s", id)
                .containsExactlyElementsOf(tensors.stream().map(Tensor::data).toList()));
        verifyQparams();
    }

    private static Map<TensorId, List<ByteBuffer>> read(List<ConsumerRecord<ByteBuffer, ByteBuffer>> records) {
        Map<TensorId, List<ByteBuffer>> read = new HashMap<>();
        FakeQuantizedReader reader = new FakeQuantizedReader(1 << 30);
        for (ConsumerRecord<ByteBuffer, ByteBuffer> record : records) {
            FakeQuantized output = reader.read(record);
            if (output != null) {
                read.computeIfAbsent(new TensorId(TestCluster.key(record)), first -> new ArrayList<>())
                        .add(output.tensor().data());
            }
        }
        return read;
    }

    /** Waits for the newest qparams, which follow the outputs at the next commit where both are not one transaction. */
    void awaitQparams() {
        cluster.readUntil(cluster.topics.qparams(), read -> {
            Map<TensorId, QParamsUpdate> newest = newest(read);
            return states.entrySet().stream()
                    .allMatch(state -> newest.containsKey(state.getKey())
                            && newest.get(state.getKey()).observations()
                                    >= state.getValue().observations());
        });
    }

    private static Map<TensorId, QParamsUpdate> newest(List<ConsumerRecord<ByteBuffer, ByteBuffer>> records) {
        Map<TensorId, QParamsUpdate> newest = new HashMap<>();
        for (ConsumerRecord<ByteBuffer, ByteBuffer> record : records) {
            newest.put(new TensorId(TestCluster.key(record)), QParamsCodec.decode(record.value()));
        }
        return newest;
    }

    private void verifyQparams() {
        Map<TensorId, QParamsUpdate> newest = newest(cluster.readAll(cluster.topics.qparams()));
        states.forEach((id, state) -> {
            QParamsUpdate update = Objects.requireNonNull(newest.get(id));
            assertThat(update.qparams()).as("qparams of %s", id).isEqualTo(state.qparams());
            assertThat(update.runningMin()).isEqualTo(state.floats(CalibrationState.RUNNING_MIN));
            assertThat(update.runningMax()).isEqualTo(state.floats(CalibrationState.RUNNING_MAX));
            assertThat(update.observations()).isEqualTo(state.observations());
        });
    }
}
