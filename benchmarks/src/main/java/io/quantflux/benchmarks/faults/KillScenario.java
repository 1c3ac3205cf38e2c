// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Processors die by SIGKILL at random moments, and a supervisor starts each again within a second. */
final class KillScenario implements Scenario {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RATE = 400;

    @Override
    public String name() {
        return "kill";
    }

    @Override
    public String what() {
        return "kill -9 of a processor at a random moment, started again within a second";
    }

    @Override
    public Outcome run(Stage stage) {
        Random random = stage.random();
        List<Long> recoveries = new ArrayList<>();
        try (Brokers broker = new Brokers(Fleet.newDirectory(stage.dir(), name() + "-broker"), Map.of());
                Arena arena = new Arena(stage, name(), broker.bootstrapServers(), 3, Map.of())) {
            arena.load.rate(RATE);
            for (int kill = 1; kill <= stage.size().kills(); kill++) {
                Fleet.pause(200 + random.nextInt(1500));
                recoveries.add(kill(arena, random, kill));
            }
            Collections.sort(recoveries);
            arena.figure("recovery_ms_p50", recoveries.get(recoveries.size() / 2));
            return arena.finish(stage.size().records());
        }
    }

    private static long kill(Arena arena, Random random, int number) {
        int victim = random.nextInt(arena.fleet.size());
        while (arena.ownedBy(victim).isEmpty()) { // one just started has nothing to lose yet
            victim = random.nextInt(arena.fleet.size());
            Fleet.pause(50);
        }
        List<Integer> owned = arena.ownedBy(victim);
        arena.fleet.kill(victim);
        arena.killed();
        List<Arrivals.Probe> probes = arena.probes(owned);
        Fleet.pause(random.nextInt(1000));
        arena.fleet.launch(victim);
        return arena.awaitRecovery("kill " + number + " of processor " + victim + " with " + owned, probes, PATIENCE);
    }
}
