// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quantflux.avro.ActivationCodec;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** A partition of bad records is paused instead of copied, its neighbours go on, and it comes back by itself. */
class PoisonIT {
    private static final byte[] KEY = "run/x".getBytes(StandardCharsets.UTF_8);
    private static final byte[] BAD = "no activation".getBytes(StandardCharsets.UTF_8);

    @Test
    void aWrongTopicIsNotCopiedAndItsNeighboursGoOn() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(
                        Map.of("deadletter.breaker.window", 50, "deadletter.breaker.pause.ms", 600_000))) {
            for (int i = 0; i < 500; i++) {
                cluster.send(new ProducerRecord<>(cluster.topics.activations(), 0, KEY, BAD));
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !processor.status().ready());
            assertThat(processor.status().notReadyBecause())
                    .singleElement()
                    .asString()
                    .startsWith(
                            "paused " + cluster.topics.activations() + "-0: at least 50 % of its records became dead")
                    .contains("DECODE");

            cluster.send(new ProducerRecord<>(cluster.topics.activations(), 1, KEY, good(0)));
            cluster.read(cluster.topics.fakeQuantized(), 1);
            assertThat(cluster.readAll(cluster.topics.deadLetters())).hasSize(50);
            assertThat(processor.status().deadLetters()).isEqualTo(Map.of("DECODE", 50L));
            assertThat(processor.status().restarts()).isZero();
        }
    }

    @Test
    void itIsTriedAgainAndGoesOnWithoutLosingOrRepeatingARecord() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor =
                        cluster.start(Map.of("deadletter.breaker.window", 50, "deadletter.breaker.pause.ms", 50))) {
            cluster.send(new ProducerRecord<>(cluster.topics.activations(), 0, KEY, good(0)));
            for (int i = 0; i < 70; i++) {
                cluster.send(new ProducerRecord<>(cluster.topics.activations(), 0, KEY, BAD));
            }
            for (int step = 1; step < 20; step++) {
                cluster.send(new ProducerRecord<>(cluster.topics.activations(), 0, KEY, good(step)));
            }
            cluster.read(cluster.topics.fakeQuantized(), 20);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> processor.status().ready());
            assertThat(cluster.readAll(cluster.topics.fakeQuantized())).hasSize(20);
            assertThat(cluster.readAll(cluster.topics.deadLetters())).hasSize(70);
            assertThat(processor.status().restarts()).isZero();
        }
    }

    private static byte[] good(int step) {
        return ActivationCodec.encode(TestCluster.activation(step, Tensor.of(Shape.of(2), -1, step)));
    }
}
