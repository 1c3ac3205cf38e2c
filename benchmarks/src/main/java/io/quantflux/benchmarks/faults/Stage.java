// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import io.quantflux.benchmarks.Scratch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What all scenarios of a run share.
 *
 * @param dir for data and logs, a folder a scenario
 * @param size how much of each
 * @param seed of the load and of the moments of faults
 * @param planted a fault for the verifier to find
 * @param progress where to say what is going on
 */
record Stage(Path dir, Size size, long seed, Planted planted, PrintStream progress) {

    /** @param records on the log at the end, of the scenario that kills */
    record Size(
            long records,
            int kills,
            int failpoints,
            int brokerKills,
            List<Duration> partitions,
            Duration storm,
            int restored) {
        static final Size SMOKE = new Size(3_000, 2, 1, 1, List.of(Duration.ofSeconds(5)), Duration.ofSeconds(10), 500);
        static final Size SHORT =
                new Size(20_000, 5, 3, 2, List.of(Duration.ofSeconds(12)), Duration.ofSeconds(16), 10_000);
        static final Size LONG = new Size(
                200_000,
                50,
                5,
                10,
                List.of(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(90),
                        // three in a row: a transaction the broker ends each time must not look like a rival instance
                        Duration.ofSeconds(12),
                        Duration.ofSeconds(12),
                        Duration.ofSeconds(12)),
                Duration.ofSeconds(60),
                10_000);
    }

    Random random() {
        return new Random(seed);
    }

    void say(String line) {
        progress.println("  " + line);
        progress.flush();
    }

    /** A class-data archive that halves the start of processors; {@code null} where the class path allows none. */
    @Nullable
    Path archive() {
        boolean jars = Stream.of(System.getProperty("java.class.path").split(System.getProperty("path.separator")))
                .noneMatch(entry -> Files.isDirectory(Path.of(entry)));
        return jars ? dir.resolve("processor.jsa") : null;
    }

    void deleteAll() {
        try {
            Scratch.delete(dir);
        } catch (IOException e) {
            say("not all of " + dir + " could be deleted: " + e.getMessage());
        }
    }
}
