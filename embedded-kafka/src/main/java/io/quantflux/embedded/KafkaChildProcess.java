// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A single-node broker in a JVM of its own: what Kafka's fault handler halts is then not the user's program.
 *
 * <p>The child ends with this JVM, even if this JVM is killed. It ignores Ctrl-C, so a program may commit its last
 * transaction before it closes its broker.
 */
public final class KafkaChildProcess implements AutoCloseable {

    /**
     * System property that names a class-data archive for the child: used if the file is there, made at the child's end if
     * not. It belongs to one JVM version and one class path; any other start ignores it.
     */
    public static final String ARCHIVE_PROPERTY = "quantflux.broker.archive";

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);
    private static final int LOG_LINES = 15;

    private final Process process;
    private final Path logFile;
    private final CompletableFuture<String> answer = new CompletableFuture<>();

    private KafkaChildProcess(Process process, Path logFile) {
        this.process = process;
        this.logFile = logFile;
    }

    /**
     * Starts the broker with this JVM's {@code java.home} and class path and returns when it serves.
     *
     * @param dir where topics, metadata and the child's log are kept; created and formatted if it is new
     * @param brokerOverrides as for {@link EmbeddedKafka#start(Path, Map)}
     * @throws EmbeddedKafkaException if the broker refuses to start, ends, or is silent for 60 s; then with the last
     *     lines of its log
     */
    public static KafkaChildProcess start(Path dir, Map<String, String> brokerOverrides) {
        BrokerSettings.check(brokerOverrides);
        Path path = BrokerDirectory.create(dir);
        BrokerCommand command = new BrokerCommand(path, brokerOverrides);
        KafkaChildProcess child = new KafkaChildProcess(command.launch(), command.logFile());
        child.listen();
        try {
            child.awaitReady();
            return child;
        } catch (RuntimeException e) {
            child.kill();
            throw e;
        }
    }

    /** Where clients connect, {@code 127.0.0.1:PORT}. */
    public String bootstrapServers() {
        return answer.join().substring(BrokerMain.READY.length());
    }

    /** The child's log: warnings and what the JVM itself has to say. */
    public Path logFile() {
        return logFile;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL, as a crash would: nothing is flushed, nobody is told. Returns when the process is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(CLOSE_TIMEOUT);
    }

    /** Lets the broker stop in order, for at most 30 s; then kills it. A second call does nothing. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // the child is gone already, and with it the other end of the pipe
        }
        if (!awaitExit(CLOSE_TIMEOUT)) {
            kill();
        }
    }

    /** The child's process id, for signals that this class has no method for. */
    public long pid() {
        return process.pid();
    }

    /** Reads to the end, so that a child that prints more than the pipe holds never blocks. */
    private void listen() {
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader lines = new BufferedReader(
                            new InputStreamReader(process.getInputStream(), Charset.defaultCharset()))) {
                        String line;
                        while ((line = lines.readLine()) != null) {
                            if (line.startsWith(BrokerMain.READY) || line.startsWith(BrokerMain.FAILED)) {
                                answer.complete(line);
                            }
                        }
                        answer.completeExceptionally(new IOException("it ended before it was ready"));
                    } catch (IOException e) {
                        answer.completeExceptionally(e);
                    }
                },
                "broker-" + process.pid() + "-stdout");
        reader.setDaemon(true);
        reader.start();
    }

    private void awaitReady() {
        try {
            String line = answer.get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            if (line.startsWith(BrokerMain.FAILED)) {
                throw new EmbeddedKafkaException(
                        line.substring(BrokerMain.FAILED.length()) + " (log: " + logFile + ")");
            }
        } catch (ExecutionException e) {
            throw failed("it ended before it was ready", e);
        } catch (TimeoutException e) {
            throw failed("it was not ready after " + START_TIMEOUT.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedKafkaException("interrupted while the broker started", e);
        }
    }

    private EmbeddedKafkaException failed(String why, Exception cause) {
        return new EmbeddedKafkaException(
                "Kafka did not start: " + why + "; the end of " + logFile + ":\n" + logTail(), cause);
    }

    private String logTail() {
        try {
            List<String> lines = new String(Files.readAllBytes(logFile), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "(cannot be read: " + e.getMessage() + ")";
        }
    }

    private boolean awaitExit(Duration timeout) {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
