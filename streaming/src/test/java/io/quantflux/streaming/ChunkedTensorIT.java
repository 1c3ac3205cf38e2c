// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quantflux.avro.ActivationCodec;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Tensors in chunks come to the bits of one uninterrupted run")
class ChunkedTensorIT {
    private static final TensorId X = new TensorId("run/x");
    private static final TensorId Y = new TensorId("run/y");
    private static final int CHUNK = 50_000;
    /** Outputs of the tensors below are chunked as well. */
    private static final Map<String, Object> SMALL =
            Map.of("max.record.bytes", 100_000, "chunk.bytes", 65_536, "commit.interval.ms", 10);

    @Test
    void ofInterleavedProducersWithWholeTensorsBetweenThem() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(SMALL)) {
            Oracle oracle = new Oracle(cluster);
            for (int round = 0; round < 3; round++) {
                ChunkedTensor a = large(oracle, cluster, X, "a", round);
                ChunkedTensor b = large(oracle, cluster, Y, "b", round);
                for (int index = 0; index < a.count(); index++) {
                    a.send(index);
                    b.send(index);
                    oracle.feed(new TensorId("run/z"), 10L * round + index, oracle.gaussian(Shape.of(8)));
                }
            }
            cluster.flush();
            oracle.verify();
            assertThat(processor.status().restarts()).isZero();
            assertThat(cluster.readAll(cluster.topics.fakeQuantized()).stream()
                            .filter(record -> TestCluster.key(record).equals(X.value())))
                    .hasSizeGreaterThan(6); // in chunks, too
        }
    }

    @Test
    @SuppressWarnings("try") // the first is closed where the story wants it
    void acrossInstancesThatComeAndGoBetweenTheChunks() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics()) {
            Oracle oracle = new Oracle(cluster);
            ChunkedTensor first = large(oracle, cluster, X, "a", 0);
            try (Processor killed = cluster.start(SMALL)) {
                first.send(0);
                first.send(1);
                await().until(() -> killed.status().records() == 2);
            }
            ChunkedTensor second;
            try (Processor one = cluster.start(SMALL)) {
                for (int index = 2; index < first.count(); index++) {
                    first.send(index);
                }
                second = large(oracle, cluster, X, "a", 1);
                second.send(0);
                try (Processor other = cluster.start(with("instance.id", "other"))) {
                    await().atMost(Duration.ofMinutes(1))
                            .until(() -> other.status().partitions() > 0);
                    second.send(1);
                    one.close();
                    for (int index = 2; index < second.count(); index++) {
                        second.send(index);
                    }
                    large(oracle, cluster, Y, "b", 0).sendAll();
                    oracle.verify();
                    assertThat(cluster.readAll(cluster.topics.deadLetters())).isEmpty();
                }
            }
        }
    }

    @Test
    void asIfTheIncompleteAndTheCorruptHadNeverComeAndTheseAreDeadLetters() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(SMALL)) {
            Oracle oracle = new Oracle(cluster);
            Oracle unused = new Oracle(cluster);
            ChunkedTensor incomplete = large(unused, cluster, X, "a", 0);
            incomplete.send(0);
            incomplete.send(2);
            incomplete.send(2);
            ChunkedTensor corrupt = large(unused, cluster, X, "a", 1);
            for (int index = 0; index < corrupt.count(); index++) {
                boolean flip = index == 1;
                corrupt.send(index, bytes -> {
                    bytes[17] ^= (byte) (flip ? 1 : 0);
                    return bytes;
                });
            }
            large(oracle, cluster, X, "a", 2).sendAll();
            oracle.verify();

            List<ConsumerRecord<ByteBuffer, ByteBuffer>> letters =
                    cluster.read(cluster.topics.deadLetters(), 3 + corrupt.count());
            assertThat(letters.stream().map(ChunkedTensorIT::reason))
                    .containsExactly(
                            "CHUNK", "INCOMPLETE", "INCOMPLETE", "CORRUPT", "CORRUPT", "CORRUPT", "CORRUPT", "CORRUPT");
            ByteBuffer original = ByteBuffer.wrap(incomplete.bytes().copy(2L * CHUNK, CHUNK));
            assertThat(letters.get(0).value()).isEqualTo(original);
            assertThat(letters.get(2).value()).isEqualTo(original);
            assertThat(letters.get(2)
                            .headers()
                            .lastHeader("quantflux.chunk.index")
                            .value())
                    .isEqualTo("2".getBytes(StandardCharsets.UTF_8));
            assertThat(processor.status().deadLetters())
                    .isEqualTo(Map.of("CHUNK", 1L, "INCOMPLETE", 1L, "CORRUPT", 1L));
            assertThat(processor.status().restarts()).isZero();
        }
    }

    /** A tensor of five chunks that the oracle has seen; nothing of it is sent yet. */
    private static ChunkedTensor large(Oracle oracle, TestCluster cluster, TensorId id, String producer, long step) {
        Tensor tensor = oracle.gaussian(Shape.of(60, 1000));
        oracle.expect(id, tensor);
        ChunkedTensor chunked =
                ChunkedTensor.of(cluster, id, producer, "m" + step, TestCluster.activation(step, tensor), CHUNK);
        assertThat(chunked.count()).isEqualTo(5);
        assertThat(ActivationCodec.large(TestCluster.activation(step, tensor)).bytes())
                .isGreaterThan(100_000);
        return chunked;
    }

    private static Map<String, Object> with(String key, Object value) {
        Map<String, Object> settings = new java.util.HashMap<>(SMALL);
        settings.put(key, value);
        return settings;
    }

    private static String reason(ConsumerRecord<ByteBuffer, ByteBuffer> letter) {
        return new String(
                letter.headers().lastHeader("__quantflux.errors.reason").value(), StandardCharsets.UTF_8);
    }
}
