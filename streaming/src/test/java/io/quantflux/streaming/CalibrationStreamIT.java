// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.FakeQuantizedCodec;
import io.quantflux.avro.SourcePosition;
import io.quantflux.spec.TensorId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class CalibrationStreamIT {
    private static final List<TensorId> IDS = List.of(
            new TensorId("run/conv1"), new TensorId("run/fc1"), new TensorId("run/fc2"), new TensorId("other/x"));
    private static final int STEPS = 40;

    @Test
    void outputsAndQparamsAreTheBitsOfAnOfflineReplay() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of())) {
            Oracle oracle = new Oracle(cluster);
            oracle.feed(IDS, 0, STEPS);
            oracle.verify();
            assertThat(processor.status().records()).isEqualTo((long) STEPS * IDS.size());
        }
    }

    @Test
    void aRestartContinuesWhereTheLastTransactionEnded() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics()) {
            Oracle oracle = new Oracle(cluster);
            try (Processor first = cluster.start(Map.of())) {
                oracle.feed(IDS, 0, STEPS / 2);
                oracle.verify();
                assertThat(first.status().restarts()).isZero();
            }
            oracle.feed(IDS, STEPS / 2, STEPS);
            try (Processor second = cluster.start(Map.of())) {
                oracle.verify();
                assertThat(second.status().records())
                        .as("records read again")
                        .isEqualTo((long) (STEPS - STEPS / 2) * IDS.size());
            }
        }
    }

    /** Outputs and offsets are one transaction: whoever sees an output finds its input committed. */
    @Test
    void anOutputIsSeenOnlyWithTheOffsetOfItsInput() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                KafkaConsumer<ByteBuffer, ByteBuffer> group = TestCluster.consumer(cluster.prefix + "group");
                Processor processor = cluster.start(Map.of("commit.interval.ms", 10))) {
            Oracle oracle = new Oracle(cluster);
            Thread feeder = new Thread(() -> oracle.feed(IDS, 0, 300));
            feeder.start();
            AtomicInteger looks = new AtomicInteger();
            cluster.readUntil(cluster.topics.fakeQuantized(), seen -> {
                Map<TopicPartition, OffsetAndMetadata> committed = committed(group, cluster);
                looks.incrementAndGet();
                assertThat(seen).allSatisfy(record -> {
                    SourcePosition source =
                            FakeQuantizedCodec.decode(record.value()).source();
                    TopicPartition input = new TopicPartition(cluster.topics.activations(), source.partition());
                    assertThat(committed.get(input)).isNotNull().satisfies(next -> assertThat(next.offset())
                            .isGreaterThan(source.offset()));
                });
                return seen.size() >= 300 * IDS.size();
            });
            feeder.join();
            assertThat(looks).as("times looked while it ran").hasValueGreaterThan(2);
            assertThat(processor.status().commits()).isGreaterThan(2);
        }
    }

    /** Waits for transactions that are still undecided, as the next owner of a partition does. */
    private static Map<TopicPartition, OffsetAndMetadata> committed(
            KafkaConsumer<ByteBuffer, ByteBuffer> group, TestCluster cluster) {
        return group.committed(IntStream.range(0, TestCluster.PARTITIONS)
                .mapToObj(partition -> new TopicPartition(cluster.topics.activations(), partition))
                .collect(Collectors.toSet()));
    }
}
