// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Whether processors say so when brokers are out of reach, and how soon they go on when these are back. */
final class Returns {
    private final Arena arena;
    private final Readiness readiness;
    private long slowestNotReady;
    private long slowestOutput;
    private long slowestReady;

    Returns(Arena arena, Readiness readiness) {
        this.arena = arena;
        this.readiness = readiness;
    }

    /** Waits, while the fault lasts, until each of {@code slots} has said that it is not ready. */
    void missed(String fault, List<Integer> slots, Duration limit) {
        long after = readiness.awaitFalse(slots, limit);
        if (after < 0) {
            arena.broken(
                    fault + ": not all processors said within " + limit.toSeconds() + " s that they are not ready");
        } else {
            slowestNotReady = Math.max(slowestNotReady, after);
        }
    }

    /** Waits, when the fault is over, until every partition has an output and every processor is ready. */
    void back(String fault, Duration limit) {
        long started = System.nanoTime();
        List<Arrivals.Probe> probes =
                arena.probes(IntStream.range(0, Arena.PARTITIONS).boxed().toList());
        slowestOutput = Math.max(slowestOutput, arena.await(fault, probes, limit));
        if (!arena.fleet.awaitReady(limit)) {
            arena.broken(fault + ": not all processors were ready again within " + limit.toSeconds() + " s");
        }
        slowestReady = Math.max(slowestReady, (System.nanoTime() - started) / 1_000_000);
    }

    void report() {
        if (slowestNotReady > 0) {
            arena.figure("not_ready_within_ms", slowestNotReady);
        }
        arena.figure("output_again_ms", slowestOutput);
        arena.figure("ready_again_ms", slowestReady);
    }
}
