// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import io.quantflux.embedded.KafkaCluster;
import java.time.Duration;
import java.util.Map;

/** Three brokers: one is away while two in sync suffice; then each is stopped in order and started again. */
final class ClusterScenario implements Scenario {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int BROKERS = 3;
    private static final short REPLICAS = 3;

    @Override
    public String name() {
        return "cluster";
    }

    @Override
    public String what() {
        return "3 brokers, min.insync.replicas 2: one dies and stays away for a while, then all are rolled";
    }

    @Override
    public Outcome run(Stage stage) {
        try (KafkaCluster cluster =
                        KafkaCluster.start(Fleet.newDirectory(stage.dir(), name() + "-brokers"), BROKERS, Map.of());
                Arena arena =
                        new Arena(stage, name(), cluster.bootstrapServers(), 3, REPLICAS, Arena.TENSORS, Map.of());
                Readiness readiness = new Readiness(arena.fleet)) {
            arena.load.rate(200);
            arena.awaitSpread(PATIENCE);
            Returns returns = new Returns(arena, readiness);
            int victim = stage.random().nextInt(BROKERS);
            cluster.kill(victim);
            arena.killed();
            returns.back("broker " + victim + " is away", PATIENCE);
            cluster.start(victim);
            returns.back("broker " + victim + " is back", PATIENCE);
            for (int node = 0; node < cluster.size(); node++) {
                cluster.stop(node);
                returns.back("broker " + node + " is stopped", PATIENCE);
                cluster.start(node);
                returns.back("broker " + node + " is started", PATIENCE);
            }
            returns.report();
            return arena.finish(0);
        }
    }
}
