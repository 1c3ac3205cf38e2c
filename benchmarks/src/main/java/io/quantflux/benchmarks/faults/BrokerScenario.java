// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The only broker dies and comes back: at once, or after it has been missed. */
final class BrokerScenario implements Scenario {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration MISSED = Duration.ofSeconds(30);
    private static final List<Integer> ALL = List.of(0, 1, 2);

    @Override
    public String name() {
        return "broker";
    }

    @Override
    public String what() {
        return "kill -9 of the only broker, started again at once or once every processor says not ready";
    }

    @Override
    public Outcome run(Stage stage) {
        try (Brokers broker = new Brokers(Fleet.newDirectory(stage.dir(), name() + "-broker"), Map.of());
                Arena arena = new Arena(stage, name(), broker.bootstrapServers(), 3, Map.of());
                Readiness readiness = new Readiness(arena.fleet)) {
            arena.load.rate(300);
            arena.awaitSpread(PATIENCE);
            Returns returns = new Returns(arena, readiness);
            for (int kill = 1; kill <= stage.size().brokerKills(); kill++) {
                Fleet.pause(500 + stage.random().nextInt(2000));
                readiness.reset();
                broker.kill();
                arena.killed();
                if (kill % 2 == 0) {
                    returns.missed("broker kill " + kill, ALL, MISSED);
                }
                broker.start();
                returns.back("broker kill " + kill, PATIENCE);
            }
            returns.report();
            return arena.finish(0);
        }
    }
}
