// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.poison;

import io.quantflux.avro.Activation;
import io.quantflux.avro.ActivationCodec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.streaming.Processor;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Topics of its own, filled first, then worked off by a processor against the clock. */
final class PoisonRun {
    private static final int PARTITIONS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final String brokers;
    private final int records;
    private final byte[] good;

    PoisonRun(String brokers, int records, int elements) {
        this.brokers = brokers;
        this.records = records;
        Random random = new Random(1);
        float[] values = new float[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = (float) random.nextGaussian();
        }
        good = ActivationCodec.encode(new Activation(
                0, Tensor.of(Shape.of(elements), values), null, QuantizationTarget.ACTIVATION, "bench", 0));
    }

    double goodPerSecond(String prefix, double badShare) throws InterruptedException, ExecutionException {
        ProcessorConfig config = new ProcessorConfig(Map.of(
                "bootstrap.servers",
                brokers,
                "group.id",
                prefix + "bench",
                "instance.id",
                "0",
                "topic.prefix",
                prefix,
                "http.port",
                -1));
        try (Topics topics = Topics.of(config)) {
            topics.create(PARTITIONS, Optional.of((short) 1), Duration.ofSeconds(30));
        }
        long all = fill(config.topics().activations(), badShare);
        try (Processor processor = Processor.start(config)) {
            long first = awaitRecords(processor, 1);
            long last = awaitRecords(processor, all);
            return records / ((last - first) / 1e9);
        }
    }

    private long fill(String topic, double badShare) throws InterruptedException, ExecutionException {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "batch.size", 1 << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            long sent = 0;
            double due = 0;
            Future<RecordMetadata> newest = null;
            for (int i = 0; i < records; i++) {
                byte[] key = ("run/layer" + i % 64).getBytes(StandardCharsets.UTF_8);
                newest = producer.send(new ProducerRecord<>(topic, key, good));
                sent++;
                due += badShare / (1 - badShare);
                for (; due >= 1; due--, sent++) {
                    newest = producer.send(new ProducerRecord<>(topic, key, Arrays.copyOf(good, good.length - 1)));
                }
            }
            producer.flush();
            if (newest != null) {
                newest.get();
            }
            return sent;
        }
    }

    private static long awaitRecords(Processor processor, long count) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (processor.status().records() < count) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("only " + processor.status().records() + " of " + count + " records: "
                        + processor.status().notReadyBecause());
            }
            Thread.sleep(1);
        }
        return System.nanoTime();
    }
}
