// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.start;

import io.quantflux.benchmarks.Scratch;
import io.quantflux.client.ActivationPublisher;
import io.quantflux.embedded.KafkaChildProcess;
import io.quantflux.spec.Shape;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.StartupException;
import io.quantflux.streaming.kafka.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code quantflux bench start}: from the launch of {@code bin/quantflux run} to {@code /readyz} 200. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description =
                "Seconds from the launch of bin/quantflux run until it is ready, against a running broker with tensors"
                        + " to restore: without the class-data archive and with it, in turns.")
public final class StartCommand implements Callable<Integer> {
    private static final Duration TOPICS = Duration.ofSeconds(30);
    private static final int PARTITIONS = 6;
    private static final int TENSORS = 100;
    /** Rounds that make the archive, leave states to restore, and have the broker compiled, which is to be a running one. */
    private static final int UNCOUNTED = 3;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--rounds", defaultValue = "7", description = "Default ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--json", description = "A line of JSON.")
    private boolean json;

    /** Starts of one kind. */
    private record Starts(List<Double> seconds) {
        double median() {
            List<Double> sorted = seconds.stream().sorted().toList();
            return sorted.get(sorted.size() / 2);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        String launcher = System.getProperty("quantflux.launcher");
        if (launcher == null) {
            throw new StartupException("run it as bin/quantflux bench start: it is the launcher that is measured");
        }
        Path directory = Files.createTempDirectory("quantflux-start-");
        try (KafkaChildProcess broker = KafkaChildProcess.start(directory.resolve("kafka"), Map.of())) {
            prepare(broker.bootstrapServers());
            return measure(Path.of(launcher), broker.bootstrapServers(), directory.resolve("run.log"));
        } finally {
            Scratch.delete(directory);
        }
    }

    private static void prepare(String bootstrapServers) {
        try (Topics topics =
                Topics.of(new ProcessorConfig(Map.of(ProcessorConfig.BOOTSTRAP_SERVERS, bootstrapServers)))) {
            topics.create(PARTITIONS, Optional.of((short) 1), TOPICS);
        }
        try (ActivationPublisher publisher =
                ActivationPublisher.builder(bootstrapServers).run("start").build()) {
            for (int tensor = 0; tensor < TENSORS; tensor++) {
                publisher.publish("layer-" + tensor, 0, Shape.of(1024), new float[1024]);
            }
        }
    }

    private int measure(Path launcher, String bootstrapServers, Path log) throws IOException, InterruptedException {
        Starts without = new Starts(new ArrayList<>());
        Starts with = new Starts(new ArrayList<>());
        Set<String> natives = new TreeSet<>();
        Map<String, String> properties = Map.of(ProcessorConfig.BOOTSTRAP_SERVERS, bootstrapServers);
        double resident = 0;
        for (int round = -UNCOUNTED; round < rounds; round++) {
            for (boolean archive : new boolean[] {false, true}) {
                try (Service service = Service.launch(launcher, archive, Scratch.freePort(), properties, log)) {
                    double seconds = service.secondsToReady();
                    natives.addAll(service.nd4jLibraries());
                    resident = service.residentMegabytes();
                    if (round >= 0) {
                        (archive ? with : without).seconds().add(seconds);
                    }
                }
            }
        }
        print(without, with, natives, resident);
        return natives.isEmpty() ? 0 : 1;
    }

    private void print(Starts without, Starts with, Set<String> natives, double resident) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                json
                        ? "{\"java\":\"%s\",\"rounds\":%d,\"ready_s\":%.2f,\"ready_max_s\":%.2f,\"ready_with_archive_s\":%.2f,"
                                + "\"ready_with_archive_max_s\":%.2f,\"resident_mb\":%.0f,\"nd4j_libraries\":%d}%n"
                        : "Java %s, %d starts each: ready after %.2f s (slowest %.2f), with the class-data archive %.2f s"
                                + " (slowest %.2f); %.0f MB resident; ND4J libraries loaded: %d%n",
                Runtime.version(),
                rounds,
                without.median(),
                Collections.max(without.seconds()),
                with.median(),
                Collections.max(with.seconds()),
                resident,
                natives.size());
        out.flush();
    }
}
