// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A processor halts itself at the worst places: around the steps of a transaction and of a restore. */
final class FailpointScenario implements Scenario {
    private static final List<String> POINTS =
            List.of("after-offsets", "after-commit", "mid-transaction", "after-produce", "after-restore");
    private static final int HALTED = 137;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "failpoints";
    }

    @Override
    public String what() {
        return "a processor halts between produce, sendOffsets and commit, after a commit, and after a restore";
    }

    @Override
    public Outcome run(Stage stage) {
        Random random = stage.random();
        try (Brokers broker = new Brokers(Fleet.newDirectory(stage.dir(), name() + "-broker"), Map.of());
                Arena arena = new Arena(stage, name(), broker.bootstrapServers(), 3, Map.of())) {
            arena.load.rate(300);
            List<String> points = POINTS.subList(0, stage.size().failpoints());
            for (String point : points) {
                halt(arena, point, random);
            }
            arena.figure("points", points.size());
            return arena.finish(0);
        }
    }

    private static void halt(Arena arena, String point, Random random) {
        int victim = random.nextInt(arena.fleet.size());
        int code = arena.fleet.terminate(victim);
        if (code != 0) {
            arena.broken("processor " + victim + " ended on SIGTERM with " + code);
        }
        int passage = point.equals("after-restore") ? 1 : 3 + random.nextInt(20);
        Instance armed = arena.fleet.launch(victim, "-Dquantflux.failpoint=" + point + ":" + passage);
        List<Integer> owned = List.of();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (armed.isAlive() && System.nanoTime() < deadline) {
            List<Integer> now = arena.ownedBy(victim);
            owned = now.isEmpty() ? owned : now;
            Fleet.pause(20);
        }
        if (armed.isAlive()) {
            arena.broken("failpoint " + point + ":" + passage + " was not reached");
            return;
        }
        Integer exit = armed.awaitExit(Duration.ZERO);
        if (exit == null || exit != HALTED) {
            arena.broken("at failpoint " + point + " the processor ended with " + exit);
        }
        arena.killed();
        List<Arrivals.Probe> probes = arena.probes(owned);
        arena.fleet.launch(victim);
        arena.awaitRecovery(point + ":" + passage + " of processor " + victim + " with " + owned, probes, PATIENCE);
    }
}
