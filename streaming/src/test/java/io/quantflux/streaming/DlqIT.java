// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.ActivationCodec;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.streaming.cli.CommandRun;
import io.quantflux.streaming.kafka.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** {@code quantflux dlq} against a broker: what is listed, and what a replay does once and only once. */
class DlqIT {
    @Test
    void aLetterIsListedReplayedTwiceAndThenParked() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of())) {
            long sentAt = System.currentTimeMillis() - 60_000;
            ProducerRecord<byte[], byte[]> bad = new ProducerRecord<>(
                    cluster.topics.activations(), 2, sentAt, bytes("run/bad"), bytes("no activation"));
            bad.headers().add("trace", bytes("t-1"));
            cluster.send(bad);
            cluster.send(new ProducerRecord<>(cluster.topics.activations(), 1, null, null, bytes("x")));
            List<ConsumerRecord<ByteBuffer, ByteBuffer>> letters = cluster.read(cluster.topics.deadLetters(), 2);
            assertThat(letters)
                    .filteredOn(letter -> letter.key() != null)
                    .singleElement()
                    .satisfies(letter -> {
                        assertThat(letter.timestamp()).isEqualTo(sentAt);
                        assertThat(header(letter, "trace")).isEqualTo("t-1");
                    });

            assertThat(dlq(cluster, "list", "--json").out().lines()).hasSize(2);
            assertThat(dlq(cluster, "list", "--max", "1").out().lines()).hasSize(1);
            assertThat(dlq(cluster, "list", "--tensor", "run/*").out())
                    .contains("DECODE  decode  " + cluster.topics.activations() + "-2@0  attempt 1  "
                            + Instant.ofEpochMilli(sentAt))
                    .hasLineCount(1);
            assertThat(dlq(cluster, "list", "--reason", "key", "--json").out())
                    .contains("\"reason\":\"KEY\"", "\"origin\":\"" + cluster.topics.activations() + "-1@0\"")
                    .hasLineCount(1);

            assertThat(replay(cluster, "--tensor", "run/*")).contains("would replay 1, park 0");
            assertThat(cluster.readAll(cluster.topics.activations()))
                    .as("a dry run sends nothing")
                    .hasSize(2);

            assertThat(replay(cluster, "--tensor", "run/*", "--execute"))
                    .contains("replayed 1, parked 0, unusable 0, not chosen 1");
            assertThat(cluster.read(cluster.topics.deadLetters(), 3)).hasSize(3);
            assertThat(replay(cluster, "--tensor", "run/*", "--execute")).contains("replayed 1, parked 0");
            List<ConsumerRecord<ByteBuffer, ByteBuffer>> all = cluster.read(cluster.topics.deadLetters(), 4);
            assertThat(attempts(all)).containsExactlyInAnyOrder("1", "1", "2", "3");
            assertThat(all).filteredOn(letter -> letter.key() != null).allSatisfy(letter -> {
                assertThat(header(letter, "trace")).isEqualTo("t-1");
                assertThat(StandardCharsets.UTF_8
                                .decode(letter.value().duplicate())
                                .toString())
                        .isEqualTo("no activation");
                assertThat(header(letter, "__quantflux.errors.partition")).isEqualTo("2");
            });

            assertThat(replay(cluster, "--execute")).contains("replayed 0, parked 1");
            assertThat(replay(cluster, "--execute")).contains("replayed 0, parked 0");
            assertThat(cluster.readAll(Topics.parked(cluster.topics)))
                    .singleElement()
                    .satisfies(parked -> {
                        assertThat(header(parked, "__quantflux.errors.attempt")).isEqualTo("3");
                        assertThat(TestCluster.key(parked)).isEqualTo("run/bad");
                    });
            assertThat(cluster.readAll(cluster.topics.deadLetters())).hasSize(4);
            assertThat(processor.status().restarts()).isZero();
        }
    }

    @Test
    void whatWasRefusedForALimitCountsOnceAfterTheLimitIsRaisedAndItIsReplayed() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics()) {
            try (Processor strict = cluster.start(Map.of("max.tensors.per.partition", 1))) {
                for (int i = 0; i < 4; i++) {
                    cluster.send(new ProducerRecord<>(cluster.topics.activations(), 0, bytes("run/t" + i), good()));
                }
                cluster.read(cluster.topics.deadLetters(), 3);
                assertThat(strict.status().deadLetters()).isEqualTo(Map.of("TENSOR_LIMIT", 3L));
            }
            try (Processor roomy = cluster.start(Map.of())) {
                assertThat(replay(cluster, "--reason", "TENSOR_LIMIT", "--execute"))
                        .contains("replayed 3, parked 0");
                assertThat(replay(cluster, "--reason", "TENSOR_LIMIT", "--execute"))
                        .contains("replayed 0, parked 0");
                cluster.read(cluster.topics.fakeQuantized(), 4);
                assertThat(cluster.readAll(cluster.topics.activations())).hasSize(7);
                assertThat(roomy.status().deadLetters()).isEmpty();
            }
            assertThat(cluster.readAll(cluster.topics.fakeQuantized())).hasSize(4);
        }
    }

    private static String replay(TestCluster cluster, String... options) {
        List<String> all = new ArrayList<>(List.of("replay"));
        all.addAll(List.of(options));
        return dlq(cluster, all.toArray(String[]::new)).out();
    }

    private static CommandRun dlq(TestCluster cluster, String... arguments) {
        List<String> all = new ArrayList<>(List.of("dlq"));
        all.addAll(List.of(arguments));
        all.addAll(List.of(
                "--bootstrap-server",
                TestCluster.bootstrapServers(),
                "-D",
                "topic.prefix=" + cluster.prefix,
                "-D",
                "group.id=" + cluster.prefix + "group"));
        CommandRun run = CommandRun.of(all.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return run;
    }

    private static List<String> attempts(List<ConsumerRecord<ByteBuffer, ByteBuffer>> letters) {
        return letters.stream()
                .map(letter -> header(letter, "__quantflux.errors.attempt"))
                .toList();
    }

    private static String header(ConsumerRecord<ByteBuffer, ByteBuffer> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static byte[] good() {
        return ActivationCodec.encode(TestCluster.activation(0, Tensor.of(Shape.of(2), -1, 1)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
