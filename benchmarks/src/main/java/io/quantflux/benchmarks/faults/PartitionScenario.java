// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import io.quantflux.benchmarks.Scratch;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The network between processors and broker is cut, for all of them or for one. */
final class PartitionScenario implements Scenario {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration NOTICED = Duration.ofSeconds(12);
    private static final List<Integer> ALL = List.of(0, 1, 2);

    @Override
    public String name() {
        return "partition";
    }

    @Override
    public String what() {
        return "the network between broker and processors is cut, for all and for one of them";
    }

    @Override
    public Outcome run(Stage stage) {
        int front = Scratch.freePort();
        int port = Scratch.freePort();
        try (Proxy proxy = new Proxy(front, port);
                Brokers broker =
                        new Brokers(Fleet.newDirectory(stage.dir(), name() + "-broker"), Brokers.behind(front, port));
                Arena arena = new Arena(stage, name(), "127.0.0.1:" + front, 3, Map.of());
                Readiness readiness = new Readiness(arena.fleet)) {
            stage.say("broker " + broker.bootstrapServers() + " behind port " + front);
            arena.load.rate(300);
            arena.awaitSpread(PATIENCE);
            Returns returns = new Returns(arena, readiness);
            for (Duration cut : stage.size().partitions()) {
                cut(proxy, readiness, returns, ALL, "fault-", cut);
                int one = stage.random().nextInt(arena.fleet.size());
                cut(proxy, readiness, returns, List.of(one), arena.fleet.clientId(one), cut);
            }
            returns.report();
            return arena.finish(0);
        }
    }

    private static void cut(
            Proxy proxy, Readiness readiness, Returns returns, List<Integer> slots, String clients, Duration duration) {
        String fault = duration.toSeconds() + " s without " + (slots.size() == 1 ? "processor " + slots : "any");
        Fleet.pause(1000);
        readiness.reset();
        long until = System.nanoTime() + duration.toNanos();
        proxy.cut(clients);
        if (duration.compareTo(NOTICED) >= 0) {
            returns.missed(fault, slots, NOTICED);
        }
        Fleet.pause(Math.max(0, (until - System.nanoTime()) / 1_000_000));
        proxy.heal();
        returns.back(fault, PATIENCE);
    }
}
