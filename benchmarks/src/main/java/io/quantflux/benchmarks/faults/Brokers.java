// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import io.quantflux.benchmarks.Scratch;
import io.quantflux.embedded.KafkaChildProcess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A single broker in a process of its own, on one directory and one port through all its lives. */
final class Brokers implements AutoCloseable {
    private final Path dir;
    private final Map<String, String> settings;
    private final String bootstrapServers;
    private @Nullable KafkaChildProcess process;

    /** @param overrides of the broker's settings; without {@code port} it gets a free one */
    Brokers(Path dir, Map<String, String> overrides) {
        this.dir = dir;
        settings = new HashMap<>(overrides);
        String port = settings.computeIfAbsent("port", any -> Integer.toString(Scratch.freePort()));
        bootstrapServers = "127.0.0.1:" + port;
        start();
    }

    /** Overrides for a broker on {@code port} that clients are to reach by way of {@code front}. */
    static Map<String, String> behind(int front, int port) {
        return Map.of("port", Integer.toString(port), "advertised.listeners", "CLIENTS://127.0.0.1:" + front);
    }

    String bootstrapServers() {
        return bootstrapServers;
    }

    /** Returns when it serves. */
    void start() {
        process = KafkaChildProcess.start(dir, settings);
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** SIGKILL. */
    void kill() {
        if (process != null) {
            process.kill();
            process = null;
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
            process = null;
        }
    }
}
