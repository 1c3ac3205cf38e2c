// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.quantflux.client.ActivationPublisher;
import io.quantflux.client.ControlClient;
import io.quantflux.client.QParamsSubscriber;
import io.quantflux.embedded.BrokerSecurity;
import io.quantflux.embedded.EmbeddedKafka;
import io.quantflux.spec.Shape;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import io.quantflux.streaming.cli.CommandRun;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A broker that demands TLS, SCRAM and rights: what docs/security.md allows is enough, and less is not. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init")
class SecurityIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Shape SHAPE = Shape.of(2, 2);
    private static final float[] VALUES = {-1, 0, 1, 2};
    private static final TensorId ID = new TensorId("run/layer");

    @TempDir
    private static Path dir;

    private static SecuredCluster cluster;

    @BeforeAll
    static void startBroker() throws Exception {
        cluster = new SecuredCluster(dir);
    }

    @AfterAll
    static void stopBroker() {
        cluster.close();
    }

    @Test
    void withTheRightsThatAreDocumentedEverybodyDoesTheirPart() throws Exception {
        assertThat(CommandRun.of(cluster.command("processor", "topics", "check"))
                        .out())
                .startsWith("ok: 7 topics, 3 partitions");
        CommandRun create = CommandRun.of(cluster.command("admin", "topics", "create"));
        assertThat(create.out().lines().toList()).hasSize(7).allMatch(line -> line.startsWith("existed  "));
        assertThat(create.exitCode()).isZero();
        try (Processor processor = Processor.start(cluster.processor("processor"));
                ActivationPublisher publisher = ActivationPublisher.builder(cluster.bootstrapServers())
                        .run("run")
                        .kafka(cluster.client("trainer"))
                        .build();
                QParamsSubscriber subscriber = QParamsSubscriber.builder(cluster.bootstrapServers())
                        .kafka(cluster.client("reader"))
                        .build();
                ControlClient control =
                        ControlClient.create(cluster.bootstrapServers(), cluster.topics, cluster.client("operator"))) {
            assertThat(processor.awaitReady(PATIENCE)).as("ready").isTrue();
            assertThat(publisher.publish("layer", 0, SHAPE, VALUES)).isTrue();
            await().atMost(PATIENCE).until(() -> subscriber.latest(ID).isPresent());
            control.send(new ControlCommand("c1", "ada", Selector.of("run/*"), new Action.SetExportMode(true), null))
                    .get(15, TimeUnit.SECONDS);
            await().atMost(PATIENCE)
                    .until(() -> subscriber.latest(ID).orElseThrow().switches().exportMode());
            assertThat(processor.status().restarts()).isZero();
            assertThat(publisher.counters().failed()).isZero();
        }
        CommandRun inspect = CommandRun.of(cluster.command("reader", "inspect"));
        assertThat(inspect.out()).contains("run/layer").contains("[export mode]");
        CommandRun command = CommandRun.of(cluster.command("operator", "control", "reset", "--selector", "run/*"));
        assertThat(command.out()).startsWith("sent ");
        try (KafkaConsumer<byte[], byte[]> events = consumer("operator")) {
            assertThat(events.beginningOffsets(List.of(new TopicPartition(cluster.topics.events(), 0))))
                    .hasSize(1);
        }
    }

    @Test
    void whoMayNotWriteToTheControlTopicCannotSwitchAnything() throws Exception {
        CommandRun.of(cluster.command("trainer", "control", "export-on", "--selector", "*"))
                .failed(1, "not authorized: needs WRITE on topic quantflux.control");
        CommandRun.of(cluster.command("processor", "control", "export-on", "--selector", "*"))
                .failed(1, "not authorized: needs WRITE on topic quantflux.control");
        try (ControlClient control =
                ControlClient.create(cluster.bootstrapServers(), cluster.topics, cluster.client("processor"))) {
            CompletableFuture<Long> sent = control.send(
                    new ControlCommand("c2", "eve", Selector.of("*"), new Action.SetExportMode(true), null));
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> sent.get(20, TimeUnit.SECONDS))
                    .withMessageContaining("quantflux.control")
                    .withCauseInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void deadLettersAreListedAndReplayedWithTheRightsThatAreDocumented() throws Exception {
        Map<String, Object> trainer = new HashMap<>(cluster.client("trainer"));
        trainer.put("bootstrap.servers", cluster.bootstrapServers());
        try (Processor processor = Processor.start(cluster.processor("processor"));
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(trainer, new ByteArraySerializer(), new ByteArraySerializer())) {
            assertThat(processor.awaitReady(PATIENCE)).as("ready").isTrue();
            byte[] key = "run/bad".getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(cluster.topics.activations(), key, new byte[] {1}))
                    .get(15, TimeUnit.SECONDS);
            await().atMost(PATIENCE).until(() -> CommandRun.of(cluster.command("repairer", "dlq", "list"))
                    .out()
                    .contains("run/bad"));
            CommandRun.of(cluster.command("operator", "dlq", "list"))
                    .failed(1, "not authorized: needs DESCRIBE on topic quantflux.dead-letters");
            for (int attempt = 1; attempt < 3; attempt++) {
                assertThat(replay("repairer").out()).contains("replayed 1, parked 0");
                long letters = attempt + 1L;
                await().atMost(PATIENCE)
                        .until(() -> CommandRun.of(cluster.command("repairer", "dlq", "list"))
                                        .out()
                                        .lines()
                                        .count()
                                == letters);
            }
            assertThat(replay("repairer").out()).contains("replayed 0, parked 1");
        }
    }

    private static CommandRun replay(String user) throws Exception {
        return CommandRun.of(cluster.command(user, "dlq", "replay", "--execute"));
    }

    @Test
    void nobodyReadsWhatIsNotTheirs() {
        refused("trainer", cluster.topics.fakeQuantized());
        refused("trainer", cluster.topics.activations());
        refused("trainer", cluster.topics.deadLetters());
        refused("reader", cluster.topics.activations());
        refused("reader", cluster.topics.control());
        refused("operator", cluster.topics.qparams());
        refused("processor", cluster.topics.fakeQuantized());
    }

    private static void refused(String user, String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(user)) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seek(partition, 0);
            assertThatExceptionOfType(TopicAuthorizationException.class)
                    .as(user + " reading " + topic)
                    .isThrownBy(() -> {
                        for (int i = 0; i < 50; i++) {
                            consumer.poll(Duration.ofMillis(200));
                        }
                    })
                    .withMessageContaining(topic);
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String user) {
        Map<String, Object> settings = new HashMap<>(cluster.client(user));
        settings.put("bootstrap.servers", cluster.bootstrapServers());
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Test
    void aReaderWithoutTheRightSaysSoAndASilentPublisherCounts() throws Exception {
        CommandRun.of(cluster.command("operator", "inspect"))
                .failed(1, "not authorized: needs READ on topic quantflux.qparams");
        try (QParamsSubscriber subscriber = QParamsSubscriber.builder(cluster.bootstrapServers())
                        .kafka(cluster.client("operator"))
                        .build();
                ActivationPublisher publisher = ActivationPublisher.builder(cluster.bootstrapServers())
                        .run("run")
                        .kafka(cluster.client("reader"))
                        .build()) {
            await().atMost(PATIENCE).until(() -> subscriber.status().detail().contains("quantflux.qparams]"));
            assertThat(publisher.publish("layer", 0, SHAPE, VALUES)).isTrue();
            await().atMost(PATIENCE).until(() -> publisher.counters().failed() == 1);
        }
    }

    @Test
    void wrongCredentialsAreOneLineWithinFifteenSeconds() throws Exception {
        Path wrong = cluster.wrongPassword("processor");
        String line = "the broker at " + cluster.bootstrapServers() + " does not let this client in: ";
        soon(cluster.command(wrong, "run", "--port", "-1")).failed(1, line, "SCRAM-SHA-512");
        soon(cluster.command(wrong, "topics", "check")).failed(1, line);
        soon(cluster.command(wrong, "topics", "create")).failed(1, line);
        soon(cluster.command(wrong, "inspect")).failed(1, line);
        soon(cluster.command(wrong, "control", "reset", "--selector", "*")).failed(1, line);
    }

    @Test
    void eachMissingRightOfAProcessorIsNamed() throws Exception {
        String[] run = cluster.command("halfway", "run", "--port", "-1", "--instance-id", "h", "-D", "group.id=half");
        String allow = "--allow-principal User:halfway ";
        soon(run).failed(1, "needs", "READ on topic quantflux.activations", "WRITE on topic quantflux.state");
        cluster.allow(allow + "--operation Read --topic quantflux.activations --topic quantflux.control");
        cluster.allow(allow + "--operation Read --operation Write --topic quantflux.state");
        cluster.allow(allow + "--operation Write --topic quantflux.fake-quantized --topic quantflux.qparams"
                + " --topic quantflux.dead-letters");
        cluster.allow(allow + "--operation Describe --topic quantflux.events");
        ends(soon(run), "not authorized: needs WRITE on topic quantflux.events; see docs/security.md");
        cluster.allow(allow + "--operation Write --topic quantflux.events");
        ends(
                soon(run),
                "not authorized: needs WRITE and DESCRIBE on transactional ids half-h and half-h/2; see docs/security.md");
        cluster.allow(allow + "--operation Write --transactional-id half-h --transactional-id half-h/2");
        ends(soon(run), "not authorized: needs READ on group half; see docs/security.md");
    }

    /** After what it may have logged. */
    private static void ends(CommandRun run, String line) {
        assertThat(run.err().lines().toList()).last().isEqualTo("quantflux: " + line);
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void noOutputShowsASecret() throws Exception {
        Path secrets = cluster.properties("secrets", Map.of("password", "processor" + SecuredCluster.PASSWORD));
        String variable = "${file:" + secrets + ":password}";
        Map<String, String> client = new HashMap<>(cluster.client("processor"));
        client.computeIfPresent(
                "sasl.jaas.config", (key, jaas) -> jaas.replace("processor" + SecuredCluster.PASSWORD, variable));
        assertThat(client.get("sasl.jaas.config")).contains(variable);
        Path file = cluster.properties("by-variable", client);

        StringBuilder said = new StringBuilder(RunChild.all(cluster.command(file, "run", "--port", "0")));
        CommandRun wrong = CommandRun.of(
                cluster.command(file, "run", "-D", "commit.interval.ms=" + variable, "-D", "instance.id=x"));
        assertThat(wrong.err()).contains("Invalid value [hidden] for configuration commit.interval.ms");
        assertThat(wrong.exitCode()).isEqualTo(78);
        client.computeIfPresent("sasl.jaas.config", (key, jaas) -> jaas.replace("scram.ScramLoginModule", "Jndi"));
        CommandRun module = CommandRun.of(cluster.command(cluster.properties("module", client), "run"));
        assertThat(module.err()).contains("login module was org.apache.kafka.common.security.Jndi but must be one of");
        assertThat(module.exitCode()).isEqualTo(78);
        client.put(
                "sasl.jaas.config",
                String.valueOf(client.get("sasl.jaas.config"))
                        .replace("Jndi", "scram.ScramLoginModule")
                        .replace(";", ""));
        CommandRun unterminated = CommandRun.of(cluster.command(cluster.properties("unterminated", client), "run"));
        assertThat(unterminated.exitCode()).isNotZero();
        for (CommandRun run : List.of(
                wrong,
                module,
                unterminated,
                CommandRun.of("run", "--help"),
                soon(cluster.command(cluster.wrongPassword("processor"), "run", "--port", "-1")))) {
            said.append(run.out()).append(run.err());
        }
        assertThat(said).contains("running as", "inflightBytes", "stopped:");
        assertThat(said.toString()).doesNotContain(SecuredCluster.PASSWORD);
    }

    private static CommandRun soon(String... command) {
        return CompletableFuture.supplyAsync(() -> CommandRun.of(command))
                .orTimeout(SOON.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    @Test
    void tlsAloneIsEnoughWhereTheBrokerAsksForNoMore() throws Exception {
        BrokerSecurity tls = BrokerSecurity.tls(dir.resolve("tls-alone"));
        try (EmbeddedKafka kafka = EmbeddedKafka.start(dir.resolve("kafka-tls"), Map.of(), tls)) {
            Map<String, String> settings = new HashMap<>(
                    Map.of("bootstrap.servers", kafka.bootstrapServers(), "instance.id", "0", "http.port", "-1"));
            tls.client("").forEach((key, value) -> settings.put("kafka." + key, value));
            ProcessorConfig config = new ProcessorConfig(settings);
            try (Topics topics = Topics.of(config)) {
                topics.create(1, Optional.of((short) 1), Duration.ofSeconds(30));
            }
            try (Processor processor = Processor.start(config);
                    ActivationPublisher publisher = ActivationPublisher.builder(kafka.bootstrapServers())
                            .run("run")
                            .kafka(tls.client(""))
                            .build()) {
                assertThat(processor.awaitReady(PATIENCE)).isTrue();
                publisher.publish("layer", 0, SHAPE, VALUES);
                await().atMost(PATIENCE).until(() -> processor.status().records() == 1);
            }
        }
    }
}
