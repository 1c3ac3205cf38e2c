// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.fuzz;

import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code quantflux bench fuzz}: typed rejections only, whatever the bytes. */
@Command(
        name = "fuzz",
        mixinStandardHelpOptions = true,
        description = "Mutated records and commands through a shard; ends with 1 if one is neither taken nor refused.")
public final class FuzzCommand implements Callable<Integer> {
    @Option(names = "--records", defaultValue = "1000000", description = "How many. Default ${DEFAULT-VALUE}.")
    private long records;

    @Option(names = "--seed", defaultValue = "1", description = "Default ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--json", description = "One line of JSON.")
    private boolean json;

    @Override
    public Integer call() {
        long started = System.nanoTime();
        Fuzzer.Report report = new Fuzzer(seed).run(records);
        double seconds = (System.nanoTime() - started) / 1e9;
        report.failures().forEach(System.err::println);
        String reasons = report.refused().entrySet().stream()
                .map(each -> '"' + each.getKey() + "\":" + each.getValue())
                .collect(Collectors.joining(",", "{", "}"));
        System.out.printf(
                json
                        ? "{\"benchmark\":\"fuzz\",\"seed\":%d,\"records\":%d,\"taken\":%d,\"refused\":%s,\"untyped\":%d,\"seconds\":%.1f}%n"
                        : "seed %d: %d inputs, %d taken, refused %s, untyped %d, %.1f s%n",
                seed,
                report.inputs(),
                report.taken(),
                reasons,
                report.failures().size(),
                seconds);
        return report.failures().isEmpty() ? 0 : 1;
    }
}
