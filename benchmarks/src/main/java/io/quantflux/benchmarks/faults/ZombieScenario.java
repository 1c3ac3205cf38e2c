// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A processor stands still for longer than its group waits, loses its partitions, and wakes up in a transaction. */
final class ZombieScenario implements Scenario {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long STILL_MS = 15_000;
    private static final long AFTERWARDS_MS = 8_000;

    @Override
    public String name() {
        return "zombie";
    }

    @Override
    public String what() {
        return "SIGSTOP of a processor past max.poll.interval and the transaction timeout, then SIGCONT";
    }

    @Override
    public Outcome run(Stage stage) {
        Map<String, String> settings = Map.of("kafka.consumer.max.poll.interval.ms", "8000");
        try (Brokers broker = new Brokers(Fleet.newDirectory(stage.dir(), name() + "-broker"), Map.of());
                Arena arena = new Arena(stage, name(), broker.bootstrapServers(), 3, settings)) {
            arena.load.rate(300);
            arena.awaitSpread(PATIENCE);
            Fleet.pause(2_000);
            int victim = stage.random().nextInt(arena.fleet.size());
            List<Integer> owned = arena.ownedBy(victim);
            List<Integer> others = new ArrayList<>();
            for (int partition = 0; partition < Arena.PARTITIONS; partition++) {
                if (!owned.contains(partition)) {
                    others.add(partition);
                }
            }
            Instance zombie = arena.fleet.get(victim);
            arena.load.rate(3_000); // so that it is in the midst of a transaction
            Fleet.pause(1_000);
            zombie.signal("STOP");
            long stopped = System.currentTimeMillis();
            arena.load.rate(300);
            Fleet.pause(7_000); // by now its partitions are with the others
            List<Arrivals.Probe> bystanders = arena.probes(others);
            List<Arrivals.Probe> probes = arena.probes(owned);
            Fleet.pause(STILL_MS - 7_000);
            arena.figure("takeover_ms", 7_000 + arena.await("SIGSTOP of processor " + victim, probes, PATIENCE));
            arena.figure("bystanders_ms", arena.await("SIGSTOP beside them", bystanders, PATIENCE));
            arena.arrivals.watchForZombies(stopped);
            zombie.signal("CONT");
            Fleet.pause(AFTERWARDS_MS);
            long committed = arena.arrivals.zombieOutputs();
            arena.figure("zombie_outputs", committed);
            if (committed > 0) {
                arena.broken(committed + " records committed by the zombie");
            }
            if (!arena.fleet.awaitReady(PATIENCE)) {
                arena.broken("the zombie is not ready again within " + PATIENCE.toSeconds() + " s");
            }
            return arena.finish(0);
        }
    }
}
