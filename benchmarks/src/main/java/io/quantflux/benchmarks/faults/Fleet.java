// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import io.quantflux.benchmarks.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Slots of one consumer group, each with at most one running instance, the same id and transactional id every time. */
final class Fleet implements AutoCloseable {
    private static final int TERMINATED = 143;
    private static final Duration EXIT = Duration.ofSeconds(60);

    private final List<Slot> slots = new ArrayList<>();
    private final Map<String, String> properties;
    private final List<String> jvm;
    private final Path dir;
    private final List<String> unexpectedExits = new ArrayList<>();
    private long foldedRecords;

    /** @param properties of every processor, but for what a slot decides */
    Fleet(int size, Map<String, String> properties, List<String> jvm, Path dir) {
        this.properties = properties;
        this.jvm = jvm;
        this.dir = dir;
        for (int number = 0; number < size; number++) {
            slots.add(new Slot(number, Scratch.freePort()));
        }
    }

    private static final class Slot {
        private final int number;
        private final int port;
        private int launches;
        private @Nullable Instance instance;

        Slot(int number, int port) {
            this.number = number;
            this.port = port;
        }
    }

    int size() {
        return slots.size();
    }

    void launchAll() {
        for (int number = 0; number < slots.size(); number++) {
            launch(number);
        }
    }

    Instance launch(int number, String... options) {
        Slot slot = slots.get(number);
        Map<String, String> own = new HashMap<>(properties);
        own.put("instance.id", "i" + number);
        own.put("kafka.client.id", clientId(number));
        List<String> all = new ArrayList<>(jvm);
        all.addAll(List.of(options));
        Path log = dir.resolve("instance-" + number + "-" + slot.launches++ + ".log");
        Instance started = Instance.launch(all, slot.port, own, log);
        slot.instance = started;
        return started;
    }

    /** What all Kafka clients of a slot call themselves. */
    String clientId(int number) {
        return "fault-" + number;
    }

    Instance get(int number) {
        Instance instance = slots.get(number).instance;
        if (instance == null) {
            throw new FaultSuiteException("slot " + number + " is empty");
        }
        return instance;
    }

    boolean isRunning(int number) {
        Instance instance = slots.get(number).instance;
        return instance != null && instance.isAlive();
    }

    void kill(int number) {
        get(number).kill();
        slots.get(number).instance = null;
    }

    /** SIGTERM; its exit code, or 0 for one that the signal meets in the first second of its JVM: that one owns nothing yet. */
    int terminate(int number) {
        Instance instance = get(number);
        boolean begun = instance.hasBegun();
        instance.signal("TERM");
        Integer code = instance.awaitExit(EXIT);
        if (code == null) {
            instance.kill();
            unexpectedExits.add("instance " + number + " did not end within " + EXIT.toSeconds() + " s of SIGTERM");
        }
        slots.get(number).instance = null;
        foldedRecords += Math.max(0, instance.foldedRecords());
        if (code == null) {
            return -1;
        }
        return code == TERMINATED && !begun ? 0 : code;
    }

    /** By all that have ended in order, as they say. */
    long foldedRecords() {
        return foldedRecords;
    }

    /** Waits until all that run are ready; says whether it came to that. */
    boolean awaitReady(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            boolean all = true;
            for (Slot slot : slots) {
                all &= slot.instance == null || slot.instance.isReady();
            }
            if (all || System.nanoTime() > deadline) {
                return all;
            }
            pause(100);
        }
    }

    /** Those that have ended though nobody ended them. */
    List<String> unexpectedExits() {
        List<String> all = new ArrayList<>(unexpectedExits);
        for (Slot slot : slots) {
            if (slot.instance != null && !slot.instance.isAlive()) {
                all.add("instance " + slot.number + " has ended by itself with "
                        + slot.instance.awaitExit(Duration.ZERO));
            }
        }
        return all;
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw FaultSuiteException.interrupted(e);
        }
    }

    static Path newDirectory(Path parent, String name) {
        try {
            return Files.createDirectories(parent.resolve(name));
        } catch (IOException e) {
            throw new FaultSuiteException("cannot create " + name + ": " + e.getMessage(), e);
        }
    }

    /** Ends whatever still runs, at once. */
    @Override
    public void close() {
        for (Slot slot : slots) {
            if (slot.instance != null) {
                slot.instance.kill();
                slot.instance = null;
            }
        }
    }
}
