// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.time.Duration;
import java.util.Map;

/** Processors are asked to end, one after the other, and come back: nothing is worked on twice. */
final class TermScenario implements Scenario {
    private static final long LIMIT_MS = 30_000;

    @Override
    public String name() {
        return "sigterm";
    }

    @Override
    public String what() {
        return "SIGTERM of each processor in turn: drained, committed, exit 0, nothing reprocessed";
    }

    @Override
    public Outcome run(Stage stage) {
        try (Brokers broker = new Brokers(Fleet.newDirectory(stage.dir(), name() + "-broker"), Map.of());
                Arena arena = new Arena(stage, name(), broker.bootstrapServers(), 3, Map.of())) {
            arena.load.rate(500);
            long longest = 0;
            for (int slot = 0; slot < arena.fleet.size(); slot++) {
                arena.awaitSpread(Duration.ofSeconds(60));
                long asked = System.nanoTime();
                int code = arena.fleet.terminate(slot);
                longest = Math.max(longest, (System.nanoTime() - asked) / 1_000_000);
                if (code != 0) {
                    arena.broken("processor " + slot + " ended on SIGTERM with " + code);
                }
                arena.fleet.launch(slot);
            }
            arena.figure("longest_stop_ms", longest);
            if (longest > LIMIT_MS) {
                arena.broken("a stop took " + longest + " ms");
            }
            Outcome outcome = arena.finish(0);
            return outcome.with(
                    "reprocessed",
                    arena.fleet.foldedRecords() - outcome.verdict().records());
        }
    }
}
