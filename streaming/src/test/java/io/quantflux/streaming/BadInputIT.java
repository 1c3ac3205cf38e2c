// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.Activation;
import io.quantflux.avro.ActivationCodec;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import io.quantflux.streaming.shard.Emission.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Bad records become dead letters with all that came with them; their neighbours go on. */
class BadInputIT {
    private static final String ERRORS = "__quantflux.errors.";
    private static final TensorId GOOD = new TensorId("run/good");

    @Test
    void eachBadRecordIsOneDeadLetterAndTheNextGoodOneIsProcessed() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of())) {
            Oracle oracle = new Oracle(cluster);
            Map<RecordMetadata, BadRecord> sent = new LinkedHashMap<>();
            int step = 0;
            for (int partition = 0; partition < TestCluster.PARTITIONS; partition++) {
                for (BadRecord bad : BadRecord.all()) {
                    ProducerRecord<byte[], byte[]> record =
                            new ProducerRecord<>(cluster.topics.activations(), partition, bad.key(), bad.value());
                    record.headers().add("trace", new byte[] {1, (byte) 0xff}).add(ERRORS + "reason", bytes("forged"));
                    record.headers().add(ERRORS + "retries", bytes("7")).add("empty", null);
                    sent.put(cluster.send(record), bad);
                }
                oracle.feed(List.of(GOOD), step++, step);
            }
            oracle.verify();

            List<ConsumerRecord<ByteBuffer, ByteBuffer>> letters = cluster.readAll(cluster.topics.deadLetters());
            Map<String, ConsumerRecord<ByteBuffer, ByteBuffer>> byOrigin = new LinkedHashMap<>();
            letters.forEach(letter -> byOrigin.put(
                    error(letter, "topic") + "-" + error(letter, "partition") + "@" + error(letter, "offset"), letter));
            assertThat(letters).as("one each").hasSize(sent.size()).hasSize(byOrigin.size());
            sent.forEach(
                    (at, bad) -> isLetterOf(Objects.requireNonNull(byOrigin.get(at.toString()), bad.name()), bad, at));
            assertThat(processor.status().deadLetters().values().stream()
                            .mapToLong(n -> n)
                            .sum())
                    .isEqualTo(sent.size());
            assertThat(processor.status().restarts()).isZero();
        }
    }

    private static void isLetterOf(ConsumerRecord<ByteBuffer, ByteBuffer> letter, BadRecord bad, RecordMetadata at) {
        assertThat(array(letter.key())).as("key of %s", bad).isEqualTo(bad.key());
        assertThat(array(letter.value())).as("value of %s", bad).isEqualTo(bad.value());
        assertThat(error(letter, "reason")).isEqualTo(bad.reason().name());
        assertThat(error(letter, "stage")).isEqualTo(bad.stage());
        assertThat(error(letter, "message")).contains(bad.message());
        assertThat(error(letter, "timestamp")).isEqualTo(Long.toString(at.timestamp()));
        List<Header> others = new ArrayList<>();
        for (Header header : letter.headers()) {
            if (!header.key().startsWith(ERRORS)) {
                others.add(header);
            }
        }
        assertThat(others).extracting(Header::key).containsExactly("trace", "empty");
        assertThat(others.get(0).value()).containsExactly(1, 0xff);
        assertThat(others.get(1).value()).isNull();
        assertThat(letter.headers().headers(ERRORS + "retries")).isEmpty();
    }

    @Test
    void aTensorThatNoLongerFitsItsStateIsADeadLetterAndItsStateGoesOn() throws Exception {
        QuantizationSpec perChannel = QuantizationSpec.builder()
                .granularity(new Granularity.PerChannel(0))
                .build();
        TensorId id = new TensorId("run/x");
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of())) {
            cluster.send(
                    id,
                    new Activation(
                            0, Tensor.of(Shape.of(2), 1, 2), perChannel, QuantizationTarget.ACTIVATION, "test", 0));
            cluster.send(id, 1, Tensor.of(Shape.of(3), 1, 2, 3));
            cluster.send(id, 2, Tensor.of(Shape.of(2), 3, 4));

            cluster.read(cluster.topics.fakeQuantized(), 2);
            assertThat(cluster.readAll(cluster.topics.deadLetters()))
                    .singleElement()
                    .satisfies(letter -> assertThat(error(letter, "reason")).isEqualTo("SHAPE"));
            assertThat(processor.status().deadLetters()).isEqualTo(Map.of("SHAPE", 1L));
        }
    }

    @Test
    void aRecordLargerThanTheLimitIsADeadLetterWhole() throws Exception {
        Tensor large = Tensor.of(Shape.of(1 << 20), new float[1 << 20]);
        byte[] value = ActivationCodec.encode(TestCluster.activation(0, large));
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of("max.record.bytes", 64 << 10))) {
            Oracle oracle = new Oracle(cluster);
            cluster.send(cluster.topics.activations(), bytes("run/large"), value);
            oracle.feed(List.of(GOOD), 0, 3);
            oracle.verify();

            List<ConsumerRecord<ByteBuffer, ByteBuffer>> letters = cluster.read(cluster.topics.deadLetters(), 1);
            assertThat(error(letters.get(0), "reason")).isEqualTo(Reason.TOO_LARGE.name());
            assertThat(Arrays.equals(array(letters.get(0).value()), value))
                    .as("value kept")
                    .isTrue();
            assertThat(processor.status().restarts()).isZero();
        }
    }

    private static String error(ConsumerRecord<ByteBuffer, ByteBuffer> letter, String name) {
        List<Header> headers = new ArrayList<>();
        letter.headers().headers(ERRORS + name).forEach(headers::add);
        assertThat(headers).as("header %s", name).hasSize(1);
        return new String(headers.get(0).value(), StandardCharsets.UTF_8);
    }

    private static byte @Nullable [] array(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        return copy;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
