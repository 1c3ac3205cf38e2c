// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaClusterIT {
    @TempDir
    private Path dir;

    @Test
    void aWriteThatTwoOfThreeNodesHaveOutlivesEitherAndTheThirdComesBack() throws Exception {
        try (KafkaCluster cluster = KafkaCluster.start(dir, 3, Map.of())) {
            String servers = cluster.bootstrapServers();
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
                admin.createTopics(List.of(new NewTopic("t", 1, (short) 3)))
                        .all()
                        .get();
            }
            Kafka.produce(servers, "t", "all there");
            cluster.kill(0);
            Kafka.produce(servers, "t", "one dead");
            cluster.start(0);
            cluster.stop(1);
            Kafka.produce(servers, "t", "another stopped");
            assertThat(Kafka.committed(servers, "t")).containsExactly("all there", "one dead", "another stopped");
        }
    }
}
