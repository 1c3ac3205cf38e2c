// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.scale;

import io.quantflux.avro.ActivationCodec;
import io.quantflux.benchmarks.stream.Bed;
import io.quantflux.client.ActivationPublisher;
import io.quantflux.client.TopicNames;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.streaming.config.ProcessorConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Topics and a group of their own for one measurement, and the tensors that are sent there. */
record Stage(Bed bed, String name, int partitions) {
    private static final int MAX_RECORD_BYTES = 16 << 20;
    private static final Duration CLOSE = Duration.ofSeconds(60);

    static Stage create(Bed bed, String name, int partitions) {
        Stage stage = new Stage(bed, name, partitions);
        bed.createTopics(new ProcessorConfig(stage.settings("0")), partitions);
        return stage;
    }

    Map<String, String> settings(String instance) {
        Map<String, String> settings = new HashMap<>();
        settings.put(ProcessorConfig.BOOTSTRAP_SERVERS, bed.bootstrapServers());
        settings.put(ProcessorConfig.GROUP_ID, name);
        settings.put(ProcessorConfig.INSTANCE_ID, instance);
        settings.put(ProcessorConfig.TOPIC_PREFIX, name + ".");
        settings.put(ProcessorConfig.HTTP_PORT, "-1");
        return settings;
    }

    TopicNames topics() {
        return TopicNames.DEFAULT.withPrefix(name + ".");
    }

    /** Sends records of the tensors 0 to {@code ids - 1} in turn, evenly over the partitions. */
    void send(int records, int ids, int tensorBytes) {
        float[] x = values(tensorBytes);
        for (int i = 0; i < records; i++) {
            int id = i % ids;
            byte[] value =
                    ActivationCodec.encode(i, Shape.of(x.length), x, null, QuantizationTarget.ACTIVATION, "bench", -1);
            byte[] key = ("run/tensor-" + id).getBytes(StandardCharsets.UTF_8);
            var unused = bed.loader().send(new ProducerRecord<>(topics().activations(), id % partitions, key, value));
        }
        bed.loader().flush();
    }

    /** Sends tensors in chunks, as trainers do. */
    void sendLarge(int tensors, int tensorBytes) {
        float[] x = values(tensorBytes);
        try (ActivationPublisher publisher = ActivationPublisher.builder(bed.bootstrapServers())
                .run("run")
                .topics(topics())
                .maxRecordBytes(MAX_RECORD_BYTES)
                .maxQueuedBytes(2L * tensors * tensorBytes + (64L << 20))
                .closeTimeout(CLOSE)
                .build()) {
            for (int i = 0; i < tensors; i++) {
                publisher.publish("large", i, Shape.of(x.length), x);
            }
        }
    }

    private static float[] values(int bytes) {
        Random random = new Random(bytes);
        float[] x = new float[bytes / Float.BYTES];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    long sent() {
        return bed.end(topics().activations(), partitions);
    }

    long committed() {
        return bed.committed(name, topics().activations());
    }

    /** Empties the large topics. */
    void clear() {
        bed.truncate(topics().activations(), partitions);
        bed.truncate(topics().fakeQuantized(), partitions);
    }
}
