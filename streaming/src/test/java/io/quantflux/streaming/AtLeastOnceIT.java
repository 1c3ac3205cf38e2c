// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.spec.TensorId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class AtLeastOnceIT {
    private static final Map<String, String> AT_LEAST_ONCE = Map.of("processing.guarantee", "at_least_once");
    private static final List<TensorId> IDS = List.of(new TensorId("a"), new TensorId("b"), new TensorId("c"));

    @Test
    void withoutAFaultTheBitsAreThoseOfExactlyOnce() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(AT_LEAST_ONCE)) {
            Oracle oracle = new Oracle(cluster);
            oracle.feed(IDS, 0, 30);
            oracle.awaitQparams();
            oracle.verify();
            assertThat(processor.status().restarts()).isZero();
        }
    }

    @Test
    void recordsWhoseOffsetsWereNotCommittedAreNotCountedTwice() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics()) {
            Oracle oracle = new Oracle(cluster);
            try (Processor first = cluster.start(AT_LEAST_ONCE)) {
                oracle.feed(IDS, 0, 20);
                oracle.awaitQparams();
                oracle.verify();
            }
            forgetCommits(cluster);
            oracle.feed(IDS, 20, 30);
            try (Processor second = cluster.start(AT_LEAST_ONCE)) {
                oracle.awaitQparams();
                oracle.verify();
                assertThat(second.status().records()).isEqualTo(30L * IDS.size());
            }
        }
    }

    /** As after a crash between the states and the offsets. */
    private static void forgetCommits(TestCluster cluster) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> start = new HashMap<>();
        IntStream.range(0, TestCluster.PARTITIONS)
                .forEach(partition -> start.put(
                        new TopicPartition(cluster.topics.activations(), partition), new OffsetAndMetadata(0)));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestCluster.bootstrapServers()))) {
            admin.alterConsumerGroupOffsets(cluster.prefix + "group", start)
                    .all()
                    .get();
        }
    }
}
