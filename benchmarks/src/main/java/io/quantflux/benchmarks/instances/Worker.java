// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.instances;

import io.quantflux.benchmarks.Scratch;
import io.quantflux.streaming.cli.QuantFlux;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code quantflux run} in a JVM of its own that believes in one processor, with one compute thread. */
final class Worker implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final Process process;
    private final int port;

    private Worker(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static Worker start(int number, Map<String, String> properties, Path log) throws IOException {
        int port = Scratch.freePort();
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:ActiveProcessorCount=1",
                // C2 takes a third of a processor for minutes: a second one's would be counted twice
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                QuantFlux.class.getName(),
                "run",
                "--port",
                Integer.toString(port),
                "--instance-id",
                "i" + number,
                "-D",
                "compute.threads=1"));
        properties.forEach((key, value) -> line.addAll(List.of("-D", key + "=" + value)));
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new Worker(process, port);
    }

    /** Whether it is ready with so many partitions. */
    boolean isReadyWith(int partitions) throws InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("a processor ended with " + process.exitValue());
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/status"))
                .timeout(ANSWER)
                .build();
        try {
            String status =
                    HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return status.contains("\"ready\":true") && status.contains("\"partitions\":" + partitions + ",");
        } catch (IOException e) { // not listening yet
            return false;
        }
    }

    /** Processor time it has taken so far. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
