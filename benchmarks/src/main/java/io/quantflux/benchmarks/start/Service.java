// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.start;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code bin/quantflux run} as a user starts it, watched from outside. */
public final class Service implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(60);
    private static final long GLANCE_MS = 20;
    private static final Pattern NATIVES = Pattern.compile("nd4j|javacpp|openblas");

    private final Process process;
    private final Path log;
    private final URI readyz;
    private final long launchedNanos;

    private Service(Process process, Path log, URI readyz, long launchedNanos) {
        this.process = process;
        this.log = log;
        this.readyz = readyz;
        this.launchedNanos = launchedNanos;
    }

    /**
     * Launches it; returns at once.
     *
     * @param launcher the script
     * @param archive whether the class-data archive may be used, or made
     * @param properties of the processor
     * @param log where its output goes
     */
    public static Service launch(Path launcher, boolean archive, int port, Map<String, String> properties, Path log)
            throws IOException {
        List<String> line = new ArrayList<>(List.of(launcher.toString(), "run", "--port", Integer.toString(port)));
        properties.forEach((key, value) -> line.addAll(List.of("-D", key + "=" + value)));
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        if (!archive) {
            builder.environment().put("QUANTFLUX_ARCHIVE", "none");
        }
        long launched = System.nanoTime();
        Process process = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new Service(process, log, URI.create("http://127.0.0.1:" + port + "/readyz"), launched);
    }

    /** Seconds from the launch until {@code /readyz} says 200: assigned, restored, flowing. */
    public double secondsToReady() throws IOException, InterruptedException {
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() - launchedNanos > START.toNanos()) {
                throw new IOException("the service was not ready: " + Files.readString(log));
            }
            Thread.sleep(GLANCE_MS);
        }
        return (System.nanoTime() - launchedNanos) / 1e9;
    }

    /** On one connection, which costs the service less than one each time: it is not to wait for its watcher. */
    private boolean isReady() {
        try {
            HttpURLConnection asked = (HttpURLConnection) readyz.toURL().openConnection();
            asked.setReadTimeout((int) START.toMillis());
            int status = asked.getResponseCode();
            try (InputStream body = status < 400 ? asked.getInputStream() : asked.getErrorStream()) {
                body.readAllBytes(); // else the connection could not be used again
            }
            return status == 200;
        } catch (IOException e) { // not listening yet
            return false;
        }
    }

    /** Shared libraries of ND4J that are mapped into its memory, by the names of their files. */
    List<String> nd4jLibraries() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/maps"))) {
            return lines.filter(line -> line.indexOf('/') > 0)
                    .map(line -> line.substring(line.lastIndexOf('/') + 1))
                    .filter(name ->
                            name.contains(".so") && NATIVES.matcher(name).find())
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    /** Megabytes of resident memory, 10⁶ bytes. */
    double residentMegabytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            String resident = lines.filter(line -> line.startsWith("VmRSS:"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no VmRSS of process " + process.pid()));
            return Long.parseLong(resident.replaceAll("\\D+", "")) * 1024 / 1e6;
        }
    }

    /** SIGTERM; returns when it is gone. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("the service did not end: " + Files.readString(log));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
