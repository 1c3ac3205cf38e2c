// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quantflux.embedded.KafkaChildProcess;
import io.quantflux.streaming.cli.QuantFlux;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.Topics;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM to a processor in a process of its own. */
class ShutdownIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    /** The broker is held still meanwhile, so that leaving the group takes a moment. */
    @Test
    void itIsUnreadyFromTheSignalOnWhileItStillLives() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "no /bin/kill to hold the broker with: skipped");
        String log = directory.resolve("log").toString();
        try (KafkaChildProcess broker = KafkaChildProcess.start(directory.resolve("broker"), Map.of())) {
            createTopics(broker.bootstrapServers());
            int port = Tools.freePort();
            Process processor = run(broker.bootstrapServers(), port, log);
            try {
                String address = "http://127.0.0.1:" + port;
                await().atMost(PATIENCE)
                        .ignoreExceptions()
                        .until(() -> Http.get(address + "/readyz").statusCode() == 200);
                signal(broker.pid(), "-STOP");
                processor.toHandle().destroy();
                HttpResponse<String> draining = await().atMost(PATIENCE)
                        .until(() -> Http.get(address + "/readyz"), answer -> answer.statusCode() == 503);
                assertThat(draining.body()).contains("\"reasons\":[\"shutting down\"]");
                assertThat(Http.get(address + "/livez").statusCode()).isEqualTo(200);
                signal(broker.pid(), "-CONT");
                assertThat(processor.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(processor.exitValue())
                        .as(Files.readString(Path.of(log)))
                        .isZero();
            } finally {
                processor.destroyForcibly().waitFor();
                signal(broker.pid(), "-CONT");
            }
        }
    }

    private static void createTopics(String bootstrap) {
        try (Topics topics = Topics.of(new ProcessorConfig(Map.of("bootstrap.servers", bootstrap)))) {
            topics.create(1, Optional.of((short) 1), Duration.ofSeconds(30));
        }
    }

    private static Process run(String bootstrap, int port, String log) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        QuantFlux.class.getName(),
                        "run",
                        "--bootstrap-server",
                        bootstrap,
                        "--port",
                        Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(Path.of(log).toFile())
                .start();
    }

    private static void signal(long pid, String signal) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("/bin/kill", signal, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }
}
