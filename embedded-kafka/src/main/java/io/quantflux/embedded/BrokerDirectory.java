// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/** A directory claimed for one broker of this JVM: there, writable, not in use and formatted. */
final class BrokerDirectory implements AutoCloseable {

    /**
     * Kept because the lock file cannot tell: on POSIX, closing any handle on a file drops all of this process's locks
     * on it, so probing would unlock the directory of a broker that runs in this JVM.
     */
    private static final Set<Path> IN_USE_HERE = ConcurrentHashMap.newKeySet();

    private final Path path;

    private BrokerDirectory(Path path) {
        this.path = path;
    }

    /** Creates what is missing; fails with one line when the directory cannot serve a broker. */
    static BrokerDirectory claim(Path dir, @Nullable Seat seat, List<String> scramArguments) {
        Path path = create(dir);
        if (!IN_USE_HERE.add(path)) {
            throw new EmbeddedKafkaException("broker directory " + dir + " is in use by another broker of this JVM");
        }
        BrokerDirectory claimed = new BrokerDirectory(path);
        try {
            claimed.requireUnlocked();
            claimed.formatIfNew(seat, scramArguments);
            return claimed;
        } catch (RuntimeException e) {
            claimed.close();
            throw e;
        }
    }

    /** The directory's real path, created if it is missing. */
    static Path create(Path dir) {
        try {
            Path path = Files.createDirectories(dir).toRealPath();
            if (!Files.isWritable(path)) {
                throw new EmbeddedKafkaException("broker directory " + dir + " cannot be written: permission denied");
            }
            return path;
        } catch (IOException e) {
            throw new EmbeddedKafkaException("broker directory " + dir + " cannot be written: " + reason(e), e);
        }
    }

    Path path() {
        return path;
    }

    /** Gives the claim up; the files stay. */
    @Override
    public void close() {
        IN_USE_HERE.remove(path);
    }

    /** Asks for the lock Kafka itself will take, because Kafka's own refusal is a page of stack trace. */
    private void requireUnlocked() {
        Path lockFile = path.resolve(".lock");
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new EmbeddedKafkaException(
                        "broker directory " + path + " is in use by a broker of another process");
            }
        } catch (IOException e) {
            throw new EmbeddedKafkaException("broker directory " + path + " cannot be written: " + reason(e), e);
        }
    }

    private void formatIfNew(@Nullable Seat seat, List<String> scramArguments) {
        if (Files.exists(path.resolve("meta.properties"))) {
            return;
        }
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                    .setClusterId(seat == null ? Uuid.randomUuid().toString() : seat.clusterId())
                    .setNodeId(BrokerSettings.nodeId(seat))
                    .setControllerListenerName(Listeners.CONTROLLER)
                    .setMetadataLogDirectory(path.toString())
                    .setDirectories(List.of(path.toString()))
                    .setScramArguments(scramArguments)
                    .setIgnoreFormatted(true)
                    .run();
        } catch (Exception e) {
            throw new EmbeddedKafkaException(
                    "broker directory " + path + " cannot be formatted: " + BrokerSettings.firstLine(e), e);
        }
    }

    /** A file system's message is often only the path; then the kind of failure is the reason. */
    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() + " on " + BrokerSettings.firstLine(e) : reason;
    }
}
