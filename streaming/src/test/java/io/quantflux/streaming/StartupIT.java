// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quantflux.streaming.cli.CommandRun;
import io.quantflux.streaming.kafka.StartupException;
import io.quantflux.streaming.kafka.Topics;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A start that cannot be: one line, soon, and a non-zero exit. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StartupIT {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @TempDir
    private Path directory;

    @Test
    void missingTopicsAreNamedWithWhatToRun() {
        try (TestCluster cluster = new TestCluster()) {
            String prefix = cluster.prefix;
            String line = "missing topics: " + prefix + "quantflux.activations, " + prefix + "quantflux.control, "
                    + prefix
                    + "quantflux.dead-letters, " + prefix + "quantflux.events, " + prefix + "quantflux.fake-quantized, "
                    + prefix + "quantflux.qparams, " + prefix + "quantflux.state; run: quantflux topics create";
            assertThatExceptionOfType(StartupException.class)
                    .isThrownBy(() -> Processor.start(cluster.config(Map.of())))
                    .withMessage(line);
            String broker = TestCluster.bootstrapServers();
            within(PATIENCE, "run", "--bootstrap-server", broker, "-D", "topic.prefix=" + prefix, "--port", "-1")
                    .failed(1, line);
            within(PATIENCE, "topics", "check", "--bootstrap-server", broker, "-D", "topic.prefix=" + prefix)
                    .failed(1, line);
        }
    }

    @Test
    void aBrokerThatIsNotThereIsOneLineWithinFifteenSeconds() throws Exception {
        String nobody = "127.0.0.1:" + Tools.freePort();
        within(PATIENCE, "run", "--bootstrap-server", nobody, "--port", "-1").failed(1, "no broker answered");
    }

    @Test
    void theOtherCommandsSayTheSameAndWaitNoLongerThanTheyAreTold() throws Exception {
        String nobody = "127.0.0.1:" + Tools.freePort();
        Path impatient = Files.writeString(
                directory.resolve("client.properties"),
                "default.api.timeout.ms=1500\nrequest.timeout.ms=1000\nmax.block.ms=1500\n");
        String[] where = {"--bootstrap-server", nobody, "--command-config", impatient.toString()};
        within(PATIENCE, command(where, "topics", "create")).failed(1, "no broker answered");
        within(PATIENCE, command(where, "topics", "check")).failed(1, "no broker answered");
        within(PATIENCE, command(where, "inspect")).failed(1, "no broker answered");
        within(PATIENCE, command(where, "control", "reset", "--selector", "*")).failed(1, "no broker answered");
    }

    private static String[] command(String[] where, String... command) {
        return Stream.of(command, where).flatMap(Stream::of).toArray(String[]::new);
    }

    @Test
    void aHostThatNobodyKnowsIsOneLine() {
        within(PATIENCE, "topics", "check", "--bootstrap-server", "broker.invalid:9092")
                .failed(78, "bootstrap.servers");
    }

    private static CommandRun within(Duration patience, String... args) {
        return CompletableFuture.supplyAsync(() -> CommandRun.of(args))
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    @Test
    void aWrongNumberOfPartitionsIsRefused() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Admin admin = Admin.create(Map.of("bootstrap.servers", TestCluster.bootstrapServers()))) {
            admin.createPartitions(Map.of(cluster.topics.activations(), NewPartitions.increaseTo(5)))
                    .all()
                    .get();
            refused(
                    cluster,
                    "topic " + cluster.topics.state() + " has 3 partitions but needs 5: a shard's changelog is"
                            + " the partition of its own number");
            admin.createPartitions(Map.of(
                            cluster.topics.state(),
                            NewPartitions.increaseTo(5),
                            cluster.topics.control(),
                            NewPartitions.increaseTo(2)))
                    .all()
                    .get();
            refused(
                    cluster,
                    "topic " + cluster.topics.control() + " has 2 partitions but needs 1: its single partition"
                            + " is the order of commands");
        }
    }

    @Test
    void aTopicThatTakesLessThanIsReadIsRefusedUntilOneOfTheTwoGivesWay() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Admin admin = Admin.create(Map.of("bootstrap.servers", TestCluster.bootstrapServers()))) {
            ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, cluster.topics.deadLetters());
            AlterConfigOp small =
                    new AlterConfigOp(new ConfigEntry("max.message.bytes", "2000000"), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(topic, List.of(small))).all().get();
            refused(
                    cluster,
                    "topic " + cluster.topics.deadLetters() + " has max.message.bytes 2000000 but needs 17825792 for"
                            + " max.record.bytes 16777216: raise the one or lower the other");
            try (Topics topics = Topics.of(cluster.config(Map.of("max.record.bytes", 500_000)))) {
                assertThat(topics.verify()).isEqualTo(TestCluster.PARTITIONS);
            }
        }
    }

    private static void refused(TestCluster cluster, String line) {
        assertThatExceptionOfType(StartupException.class)
                .isThrownBy(() -> Processor.start(cluster.config(Map.of())))
                .withMessage(line);
    }

    @Test
    void aPortInUseIsOneLine() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            within(
                            PATIENCE,
                            "run",
                            "--bootstrap-server",
                            TestCluster.bootstrapServers(),
                            "--port",
                            port,
                            "-D",
                            "topic.prefix=" + cluster.prefix)
                    .failed(1, "cannot listen on 127.0.0.1:" + port, "choose another with --port");
        }
    }

    @Test
    void topicsAreCreatedOnceAndChecked() {
        try (TestCluster cluster = new TestCluster()) {
            String[] where = {
                "--bootstrap-server", TestCluster.bootstrapServers(), "-D", "topic.prefix=" + cluster.prefix
            };
            CommandRun created = CommandRun.of(command(where, "topics", "create", "--partitions", "2"));
            assertThat(created.err()).isEmpty();
            assertThat(created.out().lines())
                    .hasSize(7)
                    .allMatch(line -> line.startsWith("created  " + cluster.prefix));
            CommandRun again = CommandRun.of(command(where, "topics", "create", "--partitions", "2"));
            assertThat(again.out().lines()).hasSize(7).allMatch(line -> line.startsWith("existed  "));
            CommandRun check = CommandRun.of(command(where, "topics", "check"));
            assertThat(check.out()).isEqualTo("ok: 7 topics, 2 partitions\n");
            assertThat(check.exitCode()).isZero();
            CommandRun.of(command(where, "topics", "create", "--partitions", "0"))
                    .failed(2, "--partitions was 0 but must be at least 1");
        }
    }
}
