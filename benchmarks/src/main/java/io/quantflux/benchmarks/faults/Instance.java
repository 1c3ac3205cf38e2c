// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

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
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A processor in an operating system process of its own: {@code quantflux run}. */
final class Instance {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration SCRAPE = Duration.ofSeconds(2);
    private static final Pattern STOPPED = Pattern.compile("stopped: (\\d+) records");

    private final Process process;
    private final int port;
    private final Path log;

    private Instance(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /**
     * Starts one; returns at once.
     *
     * @param jvm options of its JVM
     * @param port of its HTTP server
     * @param properties of the processor
     * @param log where its output goes, behind what is there
     */
    static Instance launch(List<String> jvm, int port, Map<String, String> properties, Path log) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx384m"));
        if (Runtime.version().feature() >= 24) {
            line.add("--sun-misc-unsafe-memory-access=allow");
            line.add("--enable-native-access=ALL-UNNAMED");
        }
        line.addAll(jvm);
        line.add("-cp");
        line.add(System.getProperty("java.class.path"));
        line.add(QuantFlux.class.getName());
        line.addAll(List.of("run", "--port", Integer.toString(port)));
        new TreeMap<>(properties).forEach((key, value) -> line.addAll(List.of("-D", key + "=" + value)));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("OMP_NUM_THREADS", "1");
        try {
            return new Instance(builder.start(), port, log);
        } catch (IOException e) {
            throw new FaultSuiteException("a processor cannot be started: " + e.getMessage(), e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL; returns when it is gone. */
    void kill() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(30));
    }

    /** {@code STOP}, {@code CONT} or {@code TERM}. */
    void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            if (kill.waitFor() != 0) {
                throw new FaultSuiteException("kill -" + name + " " + process.pid() + " failed");
            }
        } catch (IOException e) {
            throw new FaultSuiteException("no signal " + name + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw FaultSuiteException.interrupted(e);
        }
    }

    /** The exit code, or {@code null} if it is still there. */
    @Nullable
    Integer awaitExit(Duration timeout) {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : null;
        } catch (InterruptedException e) {
            throw FaultSuiteException.interrupted(e);
        }
    }

    /** Whether {@code /readyz} says so; also false if nobody answers. */
    boolean isReady() {
        return get("/readyz").startsWith("200");
    }

    /** Status code, a space, and the body; {@code ""} if nobody answers. */
    String get(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(SCRAPE)
                    .build();
            HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            throw FaultSuiteException.interrupted(e);
        }
    }

    /** Whether it has come so far that a signal has something to end in order. */
    boolean hasBegun() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8).contains("running as");
        } catch (IOException e) {
            throw new FaultSuiteException("cannot read " + log + ": " + e.getMessage(), e);
        }
    }

    /** After an orderly end: how many records it has folded; −1 if its log does not say. */
    long foldedRecords() {
        try {
            Matcher line = STOPPED.matcher(Files.readString(log, StandardCharsets.UTF_8));
            long last = -1;
            while (line.find()) {
                last = Long.parseLong(line.group(1));
            }
            return last;
        } catch (IOException e) {
            throw new FaultSuiteException("cannot read " + log + ": " + e.getMessage(), e);
        }
    }
}
