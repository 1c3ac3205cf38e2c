// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.archive;

import io.quantflux.client.ActivationPublisher;
import io.quantflux.embedded.KafkaChildProcess;
import io.quantflux.spec.Shape;
import io.quantflux.streaming.cli.Subcommand;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Utils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code quantflux archive}, which the launcher calls after a build: runs the service once through the launcher, so that the
 * JVM lists the classes of {@code run}, and puts these into one jar. An archive is made of them.
 */
@Command(
        name = "archive",
        hidden = true,
        description = "Starts and ends the service once, and puts the classes it needed into one jar.")
public final class ArchiveCommand implements Subcommand {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(60);
    private static final int TENSORS = 200;

    @Parameters(index = "0", description = "Where the launcher has the JVM list classes.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path classList;

    @Parameters(index = "1", description = "The service's jar.")
    @SuppressWarnings("NullAway.Init")
    private Path service;

    @Parameters(index = "2", description = "The jar to write.")
    @SuppressWarnings("NullAway.Init")
    private Path jar;

    @Override
    public Integer call() throws IOException, InterruptedException {
        int exit = start();
        if (exit == 0) {
            RunJar.write(classList, service, jar);
        }
        return exit;
    }

    private static int start() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("quantflux-archive");
        try (KafkaChildProcess broker = KafkaChildProcess.start(directory.resolve("kafka"), Map.of())) {
            try (Topics topics = Topics.of(
                    new ProcessorConfig(Map.of(ProcessorConfig.BOOTSTRAP_SERVERS, broker.bootstrapServers())))) {
                topics.create(2, Optional.of((short) 1), START);
            }
            return run(broker.bootstrapServers(), directory.resolve("run.log"));
        } finally {
            Utils.delete(directory.toFile());
        }
    }

    private static int run(String bootstrapServers, Path log) throws IOException, InterruptedException {
        int port = freePort();
        Process service = new ProcessBuilder(List.of(
                        System.getProperty("quantflux.launcher"),
                        "run",
                        "--bootstrap-server",
                        bootstrapServers,
                        "--port",
                        Integer.toString(port)))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            awaitReady(service, port);
            publish(bootstrapServers);
            for (String path : List.of("/", "/metrics", "/api/status")) {
                var unused = get(port, path);
            }
            service.destroy();
            return service.waitFor(END.toSeconds(), TimeUnit.SECONDS) ? service.exitValue() : 1;
        } finally {
            service.destroyForcibly();
            System.out.print(Files.readString(log));
        }
    }

    private static void awaitReady(Process service, int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (get(port, "/readyz") != 200) {
            if (!service.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("the service was not ready");
            }
            Thread.sleep(50);
        }
    }

    /** Records of all kinds would need all kinds of trainers; these come past what every start needs, and the kernels. */
    private static void publish(String bootstrapServers) {
        try (ActivationPublisher publisher =
                ActivationPublisher.builder(bootstrapServers).run("archive").build()) {
            for (int step = 0; step < TENSORS; step++) {
                publisher.publish("tensor-" + step % 4, step, Shape.of(1024), new float[1024]);
            }
        }
    }

    /** The status code; 0 if nobody answers. */
    private static int get(int port, String path) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
