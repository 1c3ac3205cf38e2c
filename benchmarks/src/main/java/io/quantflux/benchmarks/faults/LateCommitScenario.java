// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import io.quantflux.benchmarks.Scratch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A commit reaches the broker long after it was sent. Its producer has asked again meanwhile, was answered, and is in later
 * transactions, which the late request must neither commit nor abort: what transaction version 2 is for.
 */
final class LateCommitScenario implements Scenario {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<Duration> DELAYS =
            List.of(Duration.ofSeconds(8), Duration.ofSeconds(15), Duration.ofSeconds(30));

    @Override
    public String name() {
        return "late-commit";
    }

    @Override
    public String what() {
        return "the network delivers a commit 8, 15 and 30 s late, when its producer has long gone on";
    }

    @Override
    public Outcome run(Stage stage) {
        int front = Scratch.freePort();
        int port = Scratch.freePort();
        // so that the producer asks again before the broker gives its transaction up
        Map<String, String> impatient = Map.of("kafka.producer.request.timeout.ms", "2000");
        try (Proxy proxy = new Proxy(front, port);
                Brokers broker =
                        new Brokers(Fleet.newDirectory(stage.dir(), name() + "-broker"), Brokers.behind(front, port));
                Arena arena = new Arena(stage, name(), "127.0.0.1:" + front, 3, impatient)) {
            stage.say("broker " + broker.bootstrapServers() + " behind port " + front);
            arena.load.rate(300);
            arena.awaitSpread(PATIENCE);
            long slowest = 0;
            for (Duration delay : DELAYS) {
                Fleet.pause(1_000);
                slowest = Math.max(slowest, late(stage, arena, proxy.late, delay));
            }
            arena.figure("late_commits", proxy.late.delivered());
            arena.figure("output_again_ms", slowest);
            return arena.finish(0);
        }
    }

    /** How long the partitions of the one that was hit were without output. */
    private static long late(Stage stage, Arena arena, LateRequests late, Duration delay) {
        int victim = stage.random().nextInt(arena.fleet.size());
        List<Integer> owned = arena.ownedBy(victim);
        int before = late.held();
        late.holdNext(arena.fleet.clientId(victim), LateRequests.END_TXN, delay);
        if (!came(() -> late.held() > before, PATIENCE)) {
            arena.broken("processor " + victim + " committed nothing within " + PATIENCE.toSeconds() + " s");
            return 0;
        }
        String fault = "a commit of processor " + victim + " " + delay.toSeconds() + " s late";
        long again = arena.await(fault, arena.probes(owned), PATIENCE);
        if (!came(() -> late.delivered() > before, delay.plus(PATIENCE))) {
            arena.broken("the request was never delivered");
        }
        arena.await("the delivery", arena.probes(owned), PATIENCE);
        return again;
    }

    private static boolean came(BooleanSupplier condition, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Fleet.pause(20);
        }
        return true;
    }
}
