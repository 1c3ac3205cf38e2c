// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.soak;

import io.quantflux.client.TopicNames;
import io.quantflux.embedded.KafkaChildProcess;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;

/** A broker that can be told to take only so many bytes a second from the processor, and keeps little on disk. */
final class SlowCluster implements AutoCloseable {
    static final int PARTITIONS = 4;
    static final String GROUP = "soak";
    /** What the processor's producer calls itself, for the quota. */
    static final String PRODUCER = "soak-processor";

    private static final TopicNames TOPICS = TopicNames.DEFAULT;

    private final KafkaChildProcess broker;
    private final Admin admin;

    private SlowCluster(KafkaChildProcess broker) {
        this.broker = broker;
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    static SlowCluster start(Path dir) throws ExecutionException, InterruptedException {
        SlowCluster cluster = new SlowCluster(KafkaChildProcess.start(
                dir,
                Map.of(
                        "log.segment.bytes", Integer.toString(64 << 20),
                        "log.retention.check.interval.ms", "10000",
                        "log.segment.delete.delay.ms", "1000")));
        try (Topics topics = Topics.of(new ProcessorConfig(Map.of("bootstrap.servers", cluster.bootstrapServers())))) {
            topics.create(PARTITIONS, Optional.of((short) 1), Duration.ofSeconds(30));
        }
        cluster.keepLittle(TOPICS.fakeQuantized());
        return cluster;
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    private void keepLittle(String topic) throws ExecutionException, InterruptedException {
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(new AlterConfigOp(
                                new ConfigEntry("retention.bytes", Integer.toString(64 << 20)),
                                AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    /** From now on the broker delays the processor's producer to that rate. */
    void slowDownTo(double bytesPerSecond) throws ExecutionException, InterruptedException {
        admin.alterClientQuotas(List.of(new ClientQuotaAlteration(
                        new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, PRODUCER)),
                        List.of(new ClientQuotaAlteration.Op("producer_byte_rate", bytesPerSecond)))))
                .all()
                .get();
    }

    /** Records of the activations topic that the group has not committed; those it has are deleted. */
    long lag() throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (int i = 0; i < PARTITIONS; i++) {
            latest.put(new TopicPartition(TOPICS.activations(), i), OffsetSpec.latest());
        }
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(GROUP)
                .partitionsToOffsetAndMetadata()
                .get();
        Map<TopicPartition, RecordsToDelete> done = new HashMap<>();
        long lag = 0;
        for (Map.Entry<TopicPartition, ?> end :
                admin.listOffsets(latest).all().get().entrySet()) {
            long offset =
                    ((org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo) end.getValue()).offset();
            OffsetAndMetadata at = committed.get(end.getKey());
            lag += offset - (at == null ? 0 : at.offset());
            if (at != null) {
                done.put(end.getKey(), RecordsToDelete.beforeOffset(at.offset()));
            }
        }
        admin.deleteRecords(done).all().get();
        return lag;
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }
}
