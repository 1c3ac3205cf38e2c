// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Processors whose clocks are wrong, and jump: no result may depend on them.
 *
 * <p>libfaketime stands between a processor and its clock; where it is not installed nothing is run, and the outcome says so.
 */
final class ClockScenario implements Scenario {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LIBRARY = "libfaketimeMT.so.1";
    /** Ahead by less than an hour: a broker refuses records that are an hour ahead of its own clock. */
    private static final List<String> JUMPS = List.of("-60m", "+55m", "-10m", "+30m", "-55m", "+0");

    @Override
    public String name() {
        return "clock";
    }

    @Override
    public String what() {
        return "processors with clocks up to an hour off, which jump while records flow";
    }

    @Override
    public Outcome run(Stage stage) {
        Optional<Path> library = library();
        if (library.isEmpty()) {
            Map<String, Object> why = Map.of("not_run", "no libfaketime here");
            return new Outcome(name(), Verdict.NONE, 0, 0, List.of(), why, 0);
        }
        try (Brokers broker = new Brokers(Fleet.newDirectory(stage.dir(), name() + "-broker"), Map.of());
                Arena arena = new Arena(stage, name(), broker.bootstrapServers(), 3, Map.of())) {
            arena.load.rate(300);
            Path offset = stage.dir().resolve("clock-offset");
            set(offset, "+0");
            wrong(arena, 0, library.get(), Map.of("FAKETIME", "-60m"));
            wrong(arena, 1, library.get(), Map.of("FAKETIME", "+55m"));
            // NO_CACHE: looks at the file each time, so that it jumps at once
            wrong(arena, 2, library.get(), Map.of("FAKETIME_TIMESTAMP_FILE", offset.toString(), "FAKETIME_NO_CACHE", "1"));
            arena.awaitSpread(PATIENCE);
            for (String jump : JUMPS) {
                set(offset, jump);
                Fleet.pause(3_000);
                progress(arena, "the clock of processor 2 jumps to " + jump);
            }
            arena.fleet.kill(1);
            arena.killed();
            arena.fleet.launch(1);
            arena.awaitSpread(PATIENCE);
            progress(arena, "kill of the processor whose clock is ahead");
            arena.figure("jumps", JUMPS.size());
            return arena.finish(0);
        }
    }

    private static void wrong(Arena arena, int slot, Path library, Map<String, String> clock) {
        int code = arena.fleet.terminate(slot);
        if (code != 0) {
            arena.broken("processor " + slot + " ended on SIGTERM with " + code);
        }
        arena.fleet.environment(slot, Map.of("LD_PRELOAD", library.toString(), "FAKETIME_DONT_FAKE_MONOTONIC", "1"));
        arena.fleet.environment(slot, clock);
        arena.fleet.launch(slot);
    }

    /** By counts: the times in these outputs say nothing. */
    private static void progress(Arena arena, String after) {
        long before = arena.arrivals.count();
        Fleet.pause(3_000);
        if (arena.arrivals.count() == before || !arena.fleet.awaitReady(PATIENCE)) {
            arena.broken("no output, or not ready, in the 3 s after " + after);
        }
    }

    private static void set(Path file, String offset) {
        try {
            Path next = Files.writeString(file.resolveSibling("clock-offset.next"), offset + "\n");
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new FaultSuiteException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** Where the path {@code QUANTFLUX_FAKETIME} says, or where distributions put it. */
    private static Optional<Path> library() {
        String given = System.getenv("QUANTFLUX_FAKETIME");
        if (given != null) {
            return Optional.of(Path.of(given)).filter(Files::exists);
        }
        return Stream.of("/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime", "/usr/lib64/faketime")
                .map(folder -> Path.of(folder, LIBRARY))
                .filter(Files::exists)
                .findFirst();
    }
}
