// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.instances;

import io.quantflux.benchmarks.Scratch;
import io.quantflux.benchmarks.instances.Race.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code quantflux bench instances}. */
@Command(
        name = "instances",
        mixinStandardHelpOptions = true,
        description = {
            "Throughput of two instances beside that of one, in turns, where an observer's arithmetic is the bottleneck: each"
                    + " instance is a process with one compute thread, and the broker has little to do.",
            "Exit code 0 only if two do at least --least times what one does: that takes two cores without other work."
        })
public final class InstancesCommand implements Callable<Integer> {
    @Option(names = "--rounds", defaultValue = "3", description = "Of each. Default ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--records", defaultValue = "80", description = "A round. Default ${DEFAULT-VALUE}.")
    private int records;

    @Option(names = "--bytes", defaultValue = "65536", description = "Of a tensor. Default ${DEFAULT-VALUE}.")
    private int bytes;

    @Option(
            names = "--candidates",
            defaultValue = "3200",
            description = "Ranges that the observer tries for each tensor. Default ${DEFAULT-VALUE}.")
    private int candidates;

    @Option(names = "--least", defaultValue = "1.7", description = "Default ${DEFAULT-VALUE}.")
    private double least;

    @Option(names = "--json", description = "One line of JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        Path dir = Files.createTempDirectory("quantflux-instances");
        List<Result> one = new ArrayList<>();
        List<Result> two = new ArrayList<>();
        try (Race race = new Race(dir, bytes, candidates)) {
            for (int round = 0; round < rounds; round++) {
                one.add(run(race, 1));
                two.add(run(race, 2));
            }
        }
        Scratch.delete(dir);
        double ratio = median(two, Result::perSecond) / median(one, Result::perSecond);
        if (json) {
            System.out.printf(
                    Locale.ROOT,
                    "{\"benchmark\":\"instances\",\"bytes\":%d,\"candidates\":%d,\"one_per_s\":%.1f,\"two_per_s\":%.1f,"
                            + "\"ratio\":%.2f,\"broker_cores_one\":%.2f,\"broker_cores_two\":%.2f}%n",
                    bytes,
                    candidates,
                    median(one, Result::perSecond),
                    median(two, Result::perSecond),
                    ratio,
                    median(one, Result::broker),
                    median(two, Result::broker));
        } else {
            System.out.printf(Locale.ROOT, "two instances do %.2f times what one does%n", ratio);
        }
        return ratio >= least ? 0 : 1;
    }

    private Result run(Race race, int instances) throws IOException, InterruptedException, ExecutionException {
        Result result = race.run(instances, records);
        if (!json) {
            System.out.printf(
                    Locale.ROOT,
                    "%d of them: %.1f tensors/s; processors took %.2f cores, the broker %.2f%n",
                    instances,
                    result.perSecond(),
                    result.processors(),
                    result.broker());
        }
        return result;
    }

    private static double median(List<Result> results, ToDoubleFunction<Result> of) {
        double[] sorted = results.stream().mapToDouble(of).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
