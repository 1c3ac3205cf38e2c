// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.poison;

import io.quantflux.benchmarks.Scratch;
import io.quantflux.embedded.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code quantflux bench poison}: good records a second, with and without bad ones between them. */
@Command(
        name = "poison",
        mixinStandardHelpOptions = true,
        description =
                "Throughput of good records with a share of bad ones, against a clean topic, in turns. Exit code 0 only"
                        + " if at least --least of it is kept.")
public final class PoisonCommand implements Callable<Integer> {
    @Option(names = "--records", defaultValue = "20000", description = "Good ones a run. Default ${DEFAULT-VALUE}.")
    private int records;

    @Option(names = "--elements", defaultValue = "4096", description = "Of a tensor. Default ${DEFAULT-VALUE}.")
    private int elements;

    @Option(
            names = "--percent",
            defaultValue = "1",
            description = "Bad records to 100 of all. Default ${DEFAULT-VALUE}.")
    private double percent;

    @Option(names = "--runs", defaultValue = "3", description = "Of each kind. Default ${DEFAULT-VALUE}.")
    private int runs;

    @Option(
            names = "--least",
            defaultValue = "0.8",
            description = "Share of the clean throughput. Default ${DEFAULT-VALUE}.")
    private double least;

    @Option(names = "--json", description = "One line of JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        Path dir = Files.createTempDirectory("quantflux-poison");
        List<Double> clean = new ArrayList<>();
        List<Double> poisoned = new ArrayList<>();
        try (EmbeddedKafka kafka = EmbeddedKafka.start(dir)) {
            PoisonRun run = new PoisonRun(kafka.bootstrapServers(), records, elements);
            run.goodPerSecond("warm-up.", percent / 100);
            for (int i = 0; i < runs; i++) {
                clean.add(run.goodPerSecond("clean-" + i + ".", 0));
                poisoned.add(run.goodPerSecond("poisoned-" + i + ".", percent / 100));
            }
        } finally {
            Scratch.delete(dir);
        }
        double share = median(poisoned) / median(clean);
        System.out.printf(
                json
                        ? "{\"benchmark\":\"poison\",\"percent\":%.1f,\"records\":%d,\"clean_per_s\":%.0f,\"poisoned_per_s\":%.0f,\"kept\":%.3f}%n"
                        : "%.1f %% bad, %d good records a run: clean %.0f/s, with bad ones %.0f/s, kept %.3f%n",
                percent,
                records,
                median(clean),
                median(poisoned),
                share);
        return share >= least ? 0 : 1;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
