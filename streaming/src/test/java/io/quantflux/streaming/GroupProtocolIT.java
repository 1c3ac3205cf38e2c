// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quantflux.spec.TensorId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.GroupType;
import org.junit.jupiter.api.Test;

class GroupProtocolIT {
    private static final List<TensorId> IDS =
            IntStream.range(0, 6).mapToObj(i -> new TensorId("run/layer" + i)).toList();

    @Test
    void theNewProtocolIsUsedWhereTheBrokerHasIt() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of())) {
            assertThat(processor.status().ready()).isTrue();
            assertThat(typeOf(cluster)).isEqualTo(GroupType.CONSUMER);
        }
    }

    @Test
    @SuppressWarnings("try") // the first is closed where the story wants it
    void withTheClassicProtocolPartitionsMoveCooperativelyAndTheBitsStayTheSame() throws Exception {
        Map<String, String> classic = Map.of("group.protocol", "classic", "commit.interval.ms", "20");
        try (TestCluster cluster = TestCluster.withTopics();
                Processor first = cluster.start(with(classic, "a"))) {
            assertThat(typeOf(cluster)).isEqualTo(GroupType.CLASSIC);
            Oracle oracle = new Oracle(cluster);
            oracle.feed(IDS, 0, 20);
            try (Processor second = Processor.start(cluster.config(with(classic, "b")))) {
                int[] step = {20};
                await().atMost(Duration.ofSeconds(60)).until(() -> {
                    oracle.feed(IDS, step[0], ++step[0]);
                    return second.status().partitions() > 0;
                });
                first.close();
                await().atMost(Duration.ofSeconds(60)).until(() -> {
                    oracle.feed(IDS, step[0], ++step[0]);
                    return second.status().partitions() == TestCluster.PARTITIONS;
                });
                oracle.verify(); // a commit amid a rebalance may be refused here, and its records be folded again
            }
        }
    }

    private static Map<String, String> with(Map<String, String> settings, String instance) {
        return Map.of(
                "group.protocol", settings.get("group.protocol"),
                "commit.interval.ms", settings.get("commit.interval.ms"),
                "instance.id", instance);
    }

    private static GroupType typeOf(TestCluster cluster) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestCluster.bootstrapServers()))) {
            return admin.listGroups().all().get().stream()
                    .filter(group -> group.groupId().equals(cluster.prefix + "group"))
                    .findFirst()
                    .orElseThrow()
                    .type()
                    .orElseThrow();
        }
    }
}
