// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The disk under the broker's log directory fills up: the broker halts itself, as Kafka does when its only directory fails.
 * Space is made, and it is started again.
 *
 * <p>The disk is a file system in memory of 160 MiB, which takes the right to mount one; without it nothing is run, and the
 * outcome says so.
 */
final class DiskScenario implements Scenario {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration FULL = Duration.ofSeconds(90);
    private static final int MIB = 1 << 20;
    private static final long LEFT = 6L * MIB;
    private static final List<Integer> ALL = List.of(0, 1, 2);

    @Override
    public String name() {
        return "disk";
    }

    @Override
    public String what() {
        return "the disk of the only broker fills up, then has space again";
    }

    @Override
    public Outcome run(Stage stage) {
        Path dir = Fleet.newDirectory(stage.dir(), name() + "-broker");
        if (!command("mount", "-t", "tmpfs", "-o", "size=160m", "quantflux-faults", dir.toString())) {
            return new Outcome(
                    name(),
                    Verdict.NONE,
                    0,
                    0,
                    List.of(),
                    Map.of("not_run", "mounting a tmpfs is not allowed here"),
                    0);
        }
        try {
            return onSmallDisk(stage, dir);
        } finally {
            if (!command("umount", dir.toString())) {
                stage.say(dir + " is still mounted");
            }
        }
    }

    private Outcome onSmallDisk(Stage stage, Path dir) {
        Map<String, String> small = Map.of(
                "log.segment.bytes",
                Integer.toString(4 * MIB),
                "log.index.size.max.bytes",
                Integer.toString(256 << 10));
        try (Brokers broker = new Brokers(dir.resolve("data"), small);
                Arena arena = new Arena(stage, name(), broker.bootstrapServers(), 3, Map.of());
                Readiness readiness = new Readiness(arena.fleet)) {
            arena.load.rate(300);
            arena.awaitSpread(PATIENCE);
            Returns returns = new Returns(arena, readiness);
            Path ballast = dir.resolve("ballast");
            readiness.reset();
            fill(ballast, dir);
            arena.load.rate(3_000); // what is left goes quickly
            long deadline = System.nanoTime() + FULL.toNanos();
            while (broker.isAlive() && System.nanoTime() < deadline) {
                Fleet.pause(100);
            }
            arena.load.rate(0);
            if (broker.isAlive()) {
                arena.broken("the broker goes on although its disk is full");
            }
            returns.missed("disk full", ALL, PATIENCE);
            broker.kill();
            delete(ballast);
            broker.start();
            arena.load.rate(300);
            returns.back("disk has space again", PATIENCE);
            returns.report();
            return arena.finish(0);
        }
    }

    private static void fill(Path ballast, Path dir) {
        byte[] block = new byte[MIB];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (Files.getFileStore(dir).getUsableSpace() > LEFT) {
                out.write(block);
            }
        } catch (IOException e) {
            throw new FaultSuiteException("the disk cannot be filled: " + e.getMessage(), e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new FaultSuiteException("cannot delete " + file + ": " + e.getMessage(), e);
        }
    }

    private static boolean command(String... line) {
        try {
            return new ProcessBuilder(line).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw FaultSuiteException.interrupted(e);
        }
    }
}
