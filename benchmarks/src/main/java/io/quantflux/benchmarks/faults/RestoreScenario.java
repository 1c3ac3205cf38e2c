// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A processor with many tensors ends and starts again: how long until it has them all back. */
final class RestoreScenario implements Scenario {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern TENSORS = Pattern.compile("\"tensors\":(\\d+)");
    private static final int SAMPLES = 3;

    @Override
    public String name() {
        return "restore";
    }

    @Override
    public String what() {
        return "a processor with many tensors starts again and reads their states back";
    }

    @Override
    public Outcome run(Stage stage) {
        int tensors = stage.size().restored();
        try (Brokers broker = new Brokers(Fleet.newDirectory(stage.dir(), name() + "-broker"), Map.of());
                Arena arena = new Arena(stage, name(), broker.bootstrapServers(), 1, tensors)) {
            arena.load.completeTo(tensors * 3L, 20_000, PATIENCE); // nearly each of them, drawn at random
            if (!arena.group.awaitCaughtUp(PATIENCE)) {
                arena.broken("still " + arena.group.lag() + " records behind");
            }
            long longest = 0;
            long held = 0;
            for (int sample = 0; sample < SAMPLES; sample++) {
                int unused = arena.fleet.terminate(0);
                long launched = System.nanoTime();
                Instance again = arena.fleet.launch(0);
                long began = 0;
                while (!again.isReady() && System.nanoTime() - launched < PATIENCE.toNanos()) {
                    if (began == 0 && again.get("/readyz").contains("restoring")) {
                        began = System.nanoTime();
                    }
                    Fleet.pause(5);
                }
                longest = Math.max(longest, began == 0 ? 0 : (System.nanoTime() - began) / 1_000_000);
                arena.figure("start_to_ready_ms", (System.nanoTime() - launched) / 1_000_000);
                Matcher count = TENSORS.matcher(again.get("/api/status"));
                held = count.find() ? Long.parseLong(count.group(1)) : 0;
            }
            arena.figure("tensors", held);
            arena.figure("restore_ms", longest);
            return arena.finish(0);
        }
    }
}
