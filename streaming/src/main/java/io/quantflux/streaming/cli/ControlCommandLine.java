// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import io.quantflux.client.ControlClient;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.StartupException;
import io.quantflux.streaming.kafka.Topics;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quantflux control}: sends one command to the control topic. */
@Command(
        name = "control",
        mixinStandardHelpOptions = true,
        description = "Sends a command to the running processors. Outcomes are on the events topic.")
final class ControlCommandLine implements Callable<Integer> {
    private static final String ACTIONS =
            "export-on, export-off, observer-on, observer-off, fake-quant-on, fake-quant-off,"
                    + " calibration-start, calibration-stop, training-start, training-stop, schedule, schedule-clear, spec, reset, re-enable,"
                    + " nonfinite-quarantine, nonfinite-reject, nonfinite-propagate, nonfinite-default";

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ACTION", description = "One of: " + ACTIONS)
    private String action = "";

    @Option(
            names = "--selector",
            required = true,
            description = "Which tensors: an id (run/layer1), a glob (run/*), or regex:EXPRESSION.")
    private String selector = "";

    @Option(
            names = "--at-step",
            paramLabel = "S",
            description = "Take effect with the first record of step S or later; default: at once.")
    private @Nullable Long step;

    @Option(names = "--id", description = "Command id; sending it twice changes nothing. Default: a random one.")
    private @Nullable String id;

    @Option(names = "--actor", description = "Who asks, for the audit. Default: the user name.")
    private String actor = System.getProperty("user.name", "unknown");

    @Option(names = "--spec-file", paramLabel = "SPEC.json", description = "For spec: the new quantization spec.")
    private @Nullable Path specFile;

    @Option(
            names = "--schedule",
            paramLabel = "OBS,FQ[,STOP]",
            description = "For schedule: steps that enable the observer, enable fake quant, and disable the observer.")
    private @Nullable String schedule;

    @Override
    public Integer call() throws InterruptedException {
        ControlCommand command = new ControlCommand(
                id == null ? ControlClient.newId() : id, actor, Selector.of(selector), action(), step);
        ProcessorConfig config = cluster.config(Map.of());
        try (Topics topics = Topics.of(config)) {
            topics.requireWritable(config.topics().control());
        }
        try (ControlClient client =
                ControlClient.create(config.bootstrapServers(), config.topics(), config.kafka("producer"))) {
            long offset = client.send(command).get(15, TimeUnit.SECONDS);
            System.out.println("sent " + command.id() + " at " + config.topics().control() + "-0@" + offset);
            return 0;
        } catch (ExecutionException e) {
            throw new StartupException("command not sent: "
                    + (e.getCause() == null ? e : e.getCause().getMessage()));
        } catch (TimeoutException e) {
            throw new StartupException(
                    "command not sent: no answer from " + config.bootstrapServers() + " within 15 s");
        }
    }

    private Action action() {
        return switch (action) {
            case "export-on" -> new Action.SetExportMode(true);
            case "export-off" -> new Action.SetExportMode(false);
            case "observer-on" -> new Action.SetObserver(true);
            case "observer-off" -> new Action.SetObserver(false);
            case "fake-quant-on" -> new Action.SetFakeQuant(true);
            case "fake-quant-off" -> new Action.SetFakeQuant(false);
            case "calibration-start" -> new Action.SetCalibration(true);
            case "calibration-stop" -> new Action.SetCalibration(false);
            case "training-start" -> new Action.SetTraining(true);
            case "training-stop" -> new Action.SetTraining(false);
            case "schedule-clear" -> new Action.ClearSchedule();
            case "reset" -> new Action.Reset();
            case "re-enable" -> new Action.ReEnable();
            case "nonfinite-quarantine", "nonfinite-reject", "nonfinite-propagate" ->
                new Action.SetNonFinite(NonFinitePolicy.of(action.substring("nonfinite-".length())));
            case "nonfinite-default" -> new Action.SetNonFinite(null);
            case "spec" -> new Action.SetSpec(SpecFile.spec(required("--spec-file", specFile)));
            case "schedule" -> new Action.SetSchedule(parse(required("--schedule", schedule)));
            default -> throw new InvalidSpecException("action", action, "must be one of " + ACTIONS);
        };
    }

    private static QatSchedule parse(String text) {
        String[] steps = text.split(",", -1);
        try {
            if (steps.length == 2 || steps.length == 3) {
                Long stop = steps.length == 3 ? (Long) Long.parseLong(steps[2].strip()) : null;
                return new QatSchedule(Long.parseLong(steps[0].strip()), Long.parseLong(steps[1].strip()), stop);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new InvalidSpecException("--schedule", text, "must be two or three steps, such as 0,100 or 0,100,500");
    }

    private static <T> T required(String option, @Nullable T value) {
        if (value == null) {
            throw new InvalidInputException("this action needs " + option);
        }
        return value;
    }
}
