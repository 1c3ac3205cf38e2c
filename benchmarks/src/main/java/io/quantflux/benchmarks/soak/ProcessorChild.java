// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.soak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quantflux.benchmarks.Scratch;
import io.quantflux.streaming.cli.QuantFlux;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code quantflux run} in a JVM of its own with a small heap, and what can be seen of it from outside. */
final class ProcessorChild implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    /** A generation of the parallel collector's heap. */
    private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Path log;
    private final int httpPort;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER).build();

    private ProcessorChild(Process process, Path log, int httpPort) {
        this.process = process;
        this.log = log;
        this.httpPort = httpPort;
    }

    /**
     * Returns when its partitions flow.
     *
     * @param heap for {@code -Xmx}
     * @param properties of the processor
     */
    static ProcessorChild start(Path log, String heap, String bootstrapServers, Map<String, String> properties)
            throws IOException, InterruptedException {
        int httpPort = Scratch.freePort();
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                // all of the heap from the start, or its pages would count as growth as they are first touched
                "-Xms" + heap,
                "-XX:+AlwaysPreTouch",
                "-XX:+UseParallelGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djdk.nio.maxCachedBufferSize=33554432", // as in the launcher and the image, like MALLOC_* below
                "-cp",
                System.getProperty("java.class.path"),
                QuantFlux.class.getName(),
                "run",
                "--bootstrap-server",
                bootstrapServers,
                "--port",
                Integer.toString(httpPort)));
        properties.forEach((key, value) -> line.addAll(List.of("-D", key + "=" + value)));
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        builder.environment().put("MALLOC_MMAP_THRESHOLD_", "131072");
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        ProcessorChild child = new ProcessorChild(process, log, httpPort);
        long deadline = System.nanoTime() + START.toNanos();
        while (!child.isReady()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IOException("the processor did not start:\n" + tail(log));
            }
            Thread.sleep(200);
        }
        return child;
    }

    private boolean isReady() throws InterruptedException {
        try {
            return status().path("ready").asBoolean();
        } catch (IOException e) { // not listening yet
            return false;
        }
    }

    /** {@code /api/status}. */
    JsonNode status() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + "/api/status"))
                .timeout(ANSWER)
                .build();
        return JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    /** Bytes of heap in use after a full collection. */
    long heapAfterCollection() throws IOException, InterruptedException {
        jcmd("GC.run");
        Matcher generations = USED.matcher(jcmd("GC.heap_info"));
        long used = 0;
        while (generations.find()) {
            used += Long.parseLong(generations.group(1)) << 10;
        }
        return used;
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd " + command + " failed: " + said + "\n" + tail(log));
        }
        return said;
    }

    /** Bytes of resident memory, from {@code /proc}. */
    long residentBytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            String resident = lines.filter(line -> line.startsWith("VmRSS:"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no VmRSS of process " + process.pid()));
            return Long.parseLong(resident.replaceAll("\\D+", "")) << 10;
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The end of what it has said. */
    String logTail() {
        return tail(log);
    }

    private static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
