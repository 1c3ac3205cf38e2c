// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quantflux.avro.ActivationCodec;
import io.quantflux.embedded.EmbeddedKafka;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where dead letters cannot be written nothing is skipped: the stream stands, says why, and goes on when they can. */
class DeadLetterTopicIT {
    private static final byte[] KEY = "run/x".getBytes(StandardCharsets.UTF_8);
    private static final byte[] BAD = "x".repeat(5000).getBytes(StandardCharsets.UTF_8);
    private static final byte[] GOOD = ActivationCodec.encode(TestCluster.activation(0, Tensor.of(Shape.of(2), -1, 1)));
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path dir;

    @Test
    void missing() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Admin admin = Admin.create(Map.of("bootstrap.servers", TestCluster.bootstrapServers()));
                Processor processor = cluster.start(Map.of("kafka.producer.max.block.ms", 1500))) {
            admin.deleteTopics(List.of(cluster.topics.deadLetters())).all().get();
            standsAt(cluster, processor, admin);
            await().atMost(PATIENCE)
                    .until(() ->
                            processor.status().notReadyBecause().toString().contains(cluster.topics.deadLetters()));

            admin.createTopics(List.of(new NewTopic(cluster.topics.deadLetters(), 3, (short) 1)))
                    .all()
                    .get();
            goesOn(cluster, processor);
        }
    }

    @Test
    void tooSmall() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Admin admin = Admin.create(Map.of("bootstrap.servers", TestCluster.bootstrapServers()));
                Processor processor = cluster.start(Map.of())) {
            maxMessageBytes(admin, cluster.topics.deadLetters(), "1000");
            standsAt(cluster, processor, admin);

            maxMessageBytes(admin, cluster.topics.deadLetters(), "20000000");
            goesOn(cluster, processor);
        }
    }

    private static void standsAt(TestCluster cluster, Processor processor, Admin admin) throws Exception {
        cluster.send(new ProducerRecord<>(cluster.topics.activations(), 0, KEY, BAD));
        cluster.send(new ProducerRecord<>(cluster.topics.activations(), 0, KEY, GOOD));
        await().atMost(PATIENCE).until(() -> processor.status().restarts() > 1);
        await().atMost(PATIENCE).until(() -> !processor.status().ready());
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(cluster.prefix + "group")
                .partitionsToOffsetAndMetadata()
                .get();
        assertThat(committed.get(new TopicPartition(cluster.topics.activations(), 0)))
                .as("nothing skipped")
                .satisfiesAnyOf(none -> assertThat(none).isNull(), at -> assertThat(at.offset())
                        .isZero());
        assertThat(cluster.readAll(cluster.topics.fakeQuantized())).isEmpty();
    }

    private static void goesOn(TestCluster cluster, Processor processor) {
        cluster.read(cluster.topics.deadLetters(), 1);
        cluster.read(cluster.topics.fakeQuantized(), 1);
        await().atMost(PATIENCE).until(() -> processor.status().ready());
        assertThat(cluster.readAll(cluster.topics.deadLetters())).hasSize(1);
        assertThat(cluster.readAll(cluster.topics.fakeQuantized())).hasSize(1);
    }

    private static void maxMessageBytes(Admin admin, String topic, String value) throws Exception {
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(new AlterConfigOp(
                                new ConfigEntry("max.message.bytes", value), AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    @Test
    void notAllowed() throws Exception {
        Map<String, String> authorizer = Map.of(
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "allow.everyone.if.no.acl.found",
                "true");
        try (EmbeddedKafka kafka = EmbeddedKafka.start(dir, authorizer);
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            ProcessorConfig config = new ProcessorConfig(Map.of(
                    "bootstrap.servers",
                    kafka.bootstrapServers(),
                    "group.id",
                    "g",
                    "instance.id",
                    "0",
                    "http.port",
                    -1));
            try (Topics topics = Topics.of(config)) {
                topics.create(1, Optional.of((short) 1), Duration.ofSeconds(30));
            }
            AclBinding noWrite = new AclBinding(
                    new ResourcePattern(ResourceType.TOPIC, config.topics().deadLetters(), PatternType.LITERAL),
                    new AccessControlEntry("User:ANONYMOUS", "*", AclOperation.WRITE, AclPermissionType.DENY));
            AclBinding elseAll = new AclBinding(
                    noWrite.pattern(),
                    new AccessControlEntry("User:ANONYMOUS", "*", AclOperation.ALL, AclPermissionType.ALLOW));
            try (Processor processor = Processor.start(config);
                    KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                            Map.of("bootstrap.servers", kafka.bootstrapServers()),
                            new ByteArraySerializer(),
                            new ByteArraySerializer())) {
                admin.createAcls(Set.of(noWrite, elseAll)).all().get(); // at its start it had the right
                producer.send(new ProducerRecord<>(config.topics().activations(), KEY, BAD))
                        .get();
                await().atMost(PATIENCE)
                        .until(() ->
                                processor.status().notReadyBecause().toString().contains("Not authorized"));
                assertThat(admin.listConsumerGroupOffsets("g")
                                .partitionsToOffsetAndMetadata()
                                .get())
                        .as("nothing skipped")
                        .isEmpty();

                admin.deleteAcls(Set.of(noWrite.toFilter(), elseAll.toFilter()))
                        .all()
                        .get();
                await().atMost(PATIENCE).until(() -> !admin.listConsumerGroupOffsets("g")
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .isEmpty());
            }
        }
    }
}
