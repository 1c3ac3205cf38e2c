// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.stream;

import io.quantflux.avro.ActivationCodec;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Float32 activations of one size, from a fixed seed, spread evenly over the partitions. */
final class Workload {
    static final int PARTITIONS = 4;
    private static final int TENSORS = 16;
    private static final long WARM_UP_NANOS = 5_000_000_000L;

    private final int tensorBytes;
    private final List<float[]> values = new ArrayList<>();
    private long step;

    Workload(int tensorBytes) {
        this.tensorBytes = tensorBytes;
        Random random = new Random(tensorBytes);
        for (int tensor = 0; tensor < TENSORS; tensor++) {
            float[] x = new float[tensorBytes / Float.BYTES];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) random.nextGaussian();
            }
            values.add(x);
        }
    }

    /** Bytes of a tensor's values. */
    int tensorBytes() {
        return tensorBytes;
    }

    /** The step of the record that {@link #next} returns next; every record has one of its own. */
    long nextStep() {
        return step;
    }

    /** One more activation, of the next tensor in turn. */
    ProducerRecord<byte[], byte[]> next(String topic) {
        int tensor = (int) (step % TENSORS);
        float[] x = values.get(tensor);
        byte[] value =
                ActivationCodec.encode(step++, Shape.of(x.length), x, null, QuantizationTarget.ACTIVATION, "bench", -1);
        byte[] key = ("tensor-" + tensor).getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(topic, tensor % PARTITIONS, key, value);
    }

    /** Folds tensors until the compiler is done with the operator: a service that runs for hours has that behind it. */
    void warmUp() {
        CalibrationOperator operator = new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE);
        CalibrationState state = operator.start(QuantizationSpec.DEFAULT, QuantizationTarget.ACTIVATION);
        Tensor tensor = Tensor.of(Shape.of(values.get(0).length), values.get(0));
        long end = System.nanoTime() + WARM_UP_NANOS;
        while (System.nanoTime() < end) {
            state = operator.step(state, tensor).state();
        }
    }

    /** Appends {@code records} and waits until the broker has them. */
    void load(Producer<byte[], byte[]> producer, String topic, int records) {
        for (int i = 0; i < records; i++) {
            var unused = producer.send(next(topic));
        }
        producer.flush();
    }
}
