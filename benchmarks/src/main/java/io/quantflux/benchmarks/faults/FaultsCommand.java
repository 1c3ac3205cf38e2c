// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import io.quantflux.embedded.EmbeddedKafkaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code quantflux bench faults}. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        description = {
            "Breaks processors, brokers and the network while records flow, and compares what came out, byte for byte,"
                    + " with an uninterrupted replay of the same log.",
            "Exit code 0 only if nothing was lost, duplicated, reordered or different, and no scenario's condition broke."
        })
public final class FaultsCommand implements Callable<Integer> {
    /** Of a scenario of the short form: the whole is to end within 9 minutes. */
    private static final Duration LAST_START = Duration.ofMinutes(7);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--short", description = "A sample of most scenarios, within 9 minutes; without it, all of all.")
    private boolean sample;

    @Option(names = "--json", description = "End with one line of JSON.")
    private boolean json;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            description = "Only this one. Repeatable. An unknown name lists the known.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--seed", defaultValue = "20", description = "Of load and moments; default ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--records", paramLabel = "N", description = "Records of the scenario kill.")
    private @Nullable Long records;

    @Option(names = "--kills", paramLabel = "N", description = "Kills of the scenario kill.")
    private @Nullable Integer kills;

    @Option(names = "--keep", description = "Leave logs and data behind also when all is good.")
    private boolean keep;

    @Option(names = "--plant", paramLabel = "FAULT", hidden = true, defaultValue = "nothing")
    private String plant = "nothing";

    @Override
    public Integer call() throws IOException {
        List<Scenario> scenarios = Scenarios.named(names, sample, this::wrong);
        Planted planted = Arrays.stream(Planted.values())
                .filter(fault -> fault.key().equals(plant))
                .findFirst()
                .orElseThrow(() -> wrong("--plant was '" + plant + "' but must be one of "
                        + Arrays.stream(Planted.values()).map(Planted::key).toList()));
        Path dir = Files.createTempDirectory("quantflux-faults");
        Stage stage = new Stage(dir, size(), seed, planted, json ? System.err : System.out);
        List<Outcome> outcomes = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        long started = System.nanoTime();
        for (Scenario scenario : scenarios) {
            if (sample && names.isEmpty() && System.nanoTime() - started > LAST_START.toNanos()) {
                skipped.add(scenario.name());
                continue;
            }
            stage.progress().println(scenario.name() + ": " + scenario.what());
            Outcome outcome = run(scenario, stage);
            stage.say(outcome.verdict() + ", " + outcome.seconds() + " s");
            outcomes.add(outcome);
        }
        Report report = new Report(outcomes, skipped);
        stage.progress().print(report.table());
        if (report.isGood() && !keep) {
            stage.deleteAll();
        } else {
            stage.progress().println("logs and data are left in " + dir);
        }
        if (json) {
            System.out.println(report.json());
        }
        return report.isGood() ? 0 : 1;
    }

    /** A scenario that cannot go on is not good, and those after it still have their turn. */
    private static Outcome run(Scenario scenario, Stage stage) {
        long started = System.nanoTime();
        try {
            return scenario.run(stage);
        } catch (FaultSuiteException | KafkaException | EmbeddedKafkaException e) {
            String why = "it could not go on: " + e.getMessage();
            stage.say("BROKEN: " + why);
            long seconds = Duration.ofNanos(System.nanoTime() - started).toSeconds();
            return new Outcome(scenario.name(), Verdict.NONE, 0, 0, List.of(why), Map.of(), seconds);
        }
    }

    private Stage.Size size() {
        Stage.Size size = sample ? Stage.Size.SHORT : Stage.Size.LONG;
        return new Stage.Size(
                records == null ? size.records() : records,
                kills == null ? size.kills() : kills,
                size.failpoints(),
                size.brokerKills(),
                size.partitions(),
                size.storm(),
                size.restored());
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
