// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.kernels;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code quantflux bench jmh}: {@link KernelsJmh}, and the ratios of its results. */
@Command(
        name = "jmh",
        mixinStandardHelpOptions = true,
        description = {
            "The per-tensor kernel and its peers under JMH, each in JVMs of its own, and their ratios.",
            "They run one after the other: on a machine that is not quiet, bench kernels says more."
        })
public final class JmhCommand implements Callable<Integer> {
    @Option(names = "--short", description = "One JVM each instead of three.")
    private boolean brief;

    @Option(names = "--json", description = "One line of JSON a row.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(KernelsJmh.class.getName() + "\\.")
                .forks(brief ? 1 : 3)
                .warmupIterations(3)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(3)
                .measurementTime(TimeValue.seconds(1))
                .shouldFailOnError(true)
                .verbosity(json ? VerboseMode.SILENT : VerboseMode.NORMAL);
        try (TorchPeer torch = TorchPeer.start()) {
            if (torch == null) {
                options.exclude(KernelsJmh.class.getName() + "\\.torch$");
            }
        }
        print(options.build());
        return 0;
    }

    private void print(Options options) throws Exception {
        Collection<RunResult> results = new Runner(options).run();
        Map<Integer, Map<String, Double>> micros = new TreeMap<>();
        for (RunResult result : results) {
            int bytes = Integer.parseInt(result.getParams().getParam("bytes"));
            micros.computeIfAbsent(bytes, unused -> new TreeMap<>())
                    .put(
                            result.getPrimaryResult().getLabel(),
                            result.getPrimaryResult().getScore());
        }
        micros.forEach((bytes, row) -> row.forEach((name, time) -> System.out.println(line(bytes, row, name, time))));
    }

    private String line(int bytes, Map<String, Double> row, String name, double micros) {
        double toCopy = micros / row.getOrDefault("copy", Double.NaN);
        double ours = row.getOrDefault("observeQdq", Double.NaN);
        return String.format(
                Locale.ROOT,
                json
                        ? "{\"name\":\"%s\",\"bytes\":%d,\"us\":%.2f,\"time_ratio_to_copy\":%.3f,\"speed_of_observeQdq_to_it\":%.3f}"
                        : "%-24s %9d bytes %12.2f µs  %8.2f × copy  observeQdq is %8.2f × as fast",
                name,
                bytes,
                micros,
                toCopy,
                micros / ours);
    }
}
