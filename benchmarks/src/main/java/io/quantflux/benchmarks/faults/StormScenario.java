// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.time.Duration;
import java.util.Map;
import java.util.Random;

/** Processors join and leave every two seconds; state follows its partition. */
final class StormScenario implements Scenario {
    private static final int SLOTS = 5;
    private static final long EVERY_NANOS = 2_000_000_000L;

    @Override
    public String name() {
        return "storm";
    }

    @Override
    public String what() {
        return "every 2 s one of 5 processors joins or leaves";
    }

    @Override
    public Outcome run(Stage stage) {
        Random random = stage.random();
        try (Brokers broker = new Brokers(Fleet.newDirectory(stage.dir(), name() + "-broker"), Map.of());
                Arena arena = new Arena(stage, name(), broker.bootstrapServers(), SLOTS, Map.of())) {
            arena.load.rate(300);
            long end = System.nanoTime() + stage.size().storm().toNanos();
            long next = System.nanoTime();
            int changes = 0;
            int running = SLOTS;
            while (System.nanoTime() < end) {
                int slot = random.nextInt(SLOTS);
                if (!arena.fleet.isRunning(slot)) {
                    arena.fleet.launch(slot);
                    running++;
                } else if (running > 1) {
                    int code = arena.fleet.terminate(slot);
                    running--;
                    if (code != 0) {
                        arena.broken("processor " + slot + " ended on SIGTERM with " + code);
                    }
                }
                changes++;
                next += EVERY_NANOS;
                Fleet.pause(Math.max(0, (next - System.nanoTime()) / 1_000_000));
            }
            arena.figure("changes", changes);
            long before = arena.arrivals.count();
            Fleet.pause(Duration.ofSeconds(10).toMillis());
            arena.figure("outputs_in_10s_after", arena.arrivals.count() - before);
            if (arena.arrivals.count() == before) {
                arena.broken("no output in the 10 s after the storm");
            }
            return arena.finish(0);
        }
    }
}
