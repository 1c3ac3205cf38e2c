// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import io.quantflux.client.TopicNames;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.Topics;
import io.quantflux.streaming.shard.ShardSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Topics, processors, a load and those who watch, on brokers that a scenario brings. */
final class Arena implements AutoCloseable {
    static final int PARTITIONS = 6;
    static final int TENSORS = 48;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int CATCH_UP_RATE = 4_000;

    final Fleet fleet;
    final Load load;
    final Arrivals arrivals;
    final Group group;
    private final Stage stage;
    private final String name;
    private final String bootstrapServers;
    private final ProcessorConfig config;
    private final long started = System.nanoTime();
    private final List<String> broken = new ArrayList<>();
    private final Map<String, Object> figures = new LinkedHashMap<>();
    private int kills;
    private long maxRecoveryMs;

    /** Creates the topics and starts {@code size} processors and a load at rate 0. */
    Arena(Stage stage, String name, String bootstrapServers, int size, Map<String, String> more) {
        this(stage, name, bootstrapServers, size, (short) 1, TENSORS, more);
    }

    /** With a load of so many tensors. */
    Arena(Stage stage, String name, String bootstrapServers, int size, int tensors) {
        this(stage, name, bootstrapServers, size, (short) 1, tensors, Map.of());
    }

    /** @param replication of the topics */
    Arena(
            Stage stage,
            String name,
            String bootstrapServers,
            int size,
            short replication,
            int tensors,
            Map<String, String> more) {
        this.stage = stage;
        this.name = name;
        this.bootstrapServers = bootstrapServers;
        Map<String, String> properties = new HashMap<>(Map.of(
                ProcessorConfig.GROUP_ID, "faults",
                ProcessorConfig.TRANSACTION_TIMEOUT_MS, "6000",
                ProcessorConfig.COMMIT_INTERVAL_MS, "50"));
        properties.putAll(more);
        properties.put(ProcessorConfig.BOOTSTRAP_SERVERS, bootstrapServers);
        config = new ProcessorConfig(properties);
        try (Topics topics = Topics.of(config)) {
            topics.create(PARTITIONS, Optional.of(replication), Duration.ofSeconds(60));
        }
        fleet = new Fleet(size, properties, archived(properties), Fleet.newDirectory(stage.dir(), name));
        fleet.launchAll();
        TopicNames topics = config.topics();
        load = new Load(bootstrapServers, topics.activations(), tensors, stage.seed());
        arrivals = new Arrivals(new TopicReader(bootstrapServers), topics.fakeQuantized());
        group = new Group(bootstrapServers, config.groupId(), topics.activations(), PARTITIONS);
        if (!fleet.awaitReady(PATIENCE)) {
            broken("not all processors were ready within " + PATIENCE.toSeconds() + " s of the start");
        }
    }

    /** The first scenario makes the class-data archive, with a processor that starts and ends. */
    private List<String> archived(Map<String, String> properties) {
        Path archive = stage.archive();
        if (archive == null) {
            return List.of();
        }
        List<String> quiet = List.of("-Xlog:disable", "-Xlog:all=error:stderr");
        if (!Files.exists(archive)) {
            List<String> jvm = new ArrayList<>(quiet);
            jvm.add("-XX:ArchiveClassesAtExit=" + archive);
            try (Fleet first = new Fleet(1, properties, jvm, Fleet.newDirectory(stage.dir(), "archive"))) {
                first.launchAll();
                first.awaitReady(PATIENCE);
                int unused = first.terminate(0);
            }
        }
        List<String> jvm = new ArrayList<>(quiet);
        if (Files.exists(archive)) {
            jvm.add("-XX:SharedArchiveFile=" + archive);
        }
        return List.copyOf(jvm);
    }

    TopicNames topics() {
        return config.topics();
    }

    /** Partitions that slot owns now. */
    List<Integer> ownedBy(int slot) {
        return group.owners().getOrDefault(fleet.clientId(slot), List.of());
    }

    /** Waits until each partition has an owner and all processors that run have at least one. */
    void awaitSpread(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() < deadline) {
            Map<String, List<Integer>> owners = group.owners();
            int owned = owners.values().stream().mapToInt(List::size).sum();
            boolean all = owned == PARTITIONS;
            for (int slot = 0; slot < fleet.size(); slot++) {
                all &= !fleet.isRunning(slot) || owners.containsKey(fleet.clientId(slot));
            }
            if (all && fleet.awaitReady(Duration.ZERO)) {
                return;
            }
            Fleet.pause(100);
        }
        broken("partitions were not spread over all processors within " + timeout.toSeconds() + " s");
    }

    List<Arrivals.Probe> probes(List<Integer> partitions) {
        return partitions.stream().map(arrivals::probe).toList();
    }

    /** Waits for the next output of each; the longest time goes into the outcome. */
    long awaitRecovery(String after, List<Arrivals.Probe> probes, Duration timeout) {
        long longest = await(after, probes, timeout);
        maxRecoveryMs = Math.max(maxRecoveryMs, longest);
        return longest;
    }

    /** Waits for the next output of each; the longest time. */
    long await(String after, List<Arrivals.Probe> probes, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!probes.stream().allMatch(Arrivals.Probe::isDone) && System.nanoTime() < deadline) {
            Fleet.pause(10);
        }
        long longest = probes.stream()
                .mapToLong(probe -> probe.elapsed().toMillis())
                .max()
                .orElse(0);
        if (!probes.stream().allMatch(Arrivals.Probe::isDone)) {
            broken("no committed output for " + timeout.toSeconds() + " s after " + after);
        }
        stage.say(after + ": next committed output after " + longest + " ms");
        return longest;
    }

    void killed() {
        kills++;
    }

    void broken(String condition) {
        broken.add(condition);
        stage.say("BROKEN: " + condition);
    }

    void figure(String key, Object value) {
        figures.put(key, value);
    }

    /** Completes the log to {@code records}, waits until all is consumed, ends the processors in order, and verifies. */
    Outcome finish(long records) {
        load.completeTo(records, CATCH_UP_RATE, PATIENCE);
        if (!group.awaitCaughtUp(PATIENCE)) {
            broken("still " + group.lag() + " records behind after " + PATIENCE.toSeconds() + " s");
        }
        broken.addAll(fleet.unexpectedExits());
        for (int slot = 0; slot < fleet.size(); slot++) {
            if (fleet.isRunning(slot)) {
                int code = fleet.terminate(slot);
                if (code != 0) {
                    broken("processor " + slot + " ended on SIGTERM with " + code);
                }
            }
        }
        ShardSettings shards = new ShardSettings(
                new CalibrationOperator(Components.standard(), config.nonFinitePolicy()),
                config.spec(),
                null,
                PARTITIONS,
                config.maxTensors(),
                config.maxRecordBytes(),
                true);
        Verdict verdict = new Verifier(bootstrapServers, config.topics(), shards).verify(stage.planted());
        verdict.examples().forEach(example -> stage.say("DIFFERS: " + example));
        return new Outcome(
                name,
                verdict,
                kills,
                maxRecoveryMs,
                List.copyOf(broken),
                figures,
                Duration.ofNanos(System.nanoTime() - started).toSeconds());
    }

    @Override
    public void close() {
        fleet.close();
        load.close();
        arrivals.close();
        group.close();
    }
}
