// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.streaming.config.FileTrouble;
import io.quantflux.streaming.kafka.StartupException;
import java.io.IOException;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/**
 * The {@code quantflux} command. Exit codes: 0 done, 1 failed, 2 wrong usage or input, 78 wrong configuration.
 *
 * <p>Modules above this one add commands of their own through {@link Subcommand}.
 */
@Command(
        name = "quantflux",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Online quantization calibration for live training.")
public final class QuantFlux {
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int CONFIGURATION = 78;

    private static final String RUN = "run";
    private static final List<Class<?>> COMMANDS = List.of(
            RunCommand.class,
            TopicsCommand.class,
            ControlCommandLine.class,
            InspectCommand.class,
            ExportCommand.class,
            DlqCommand.class,
            FakeQuantizeCommand.class,
            ValidateConfigCommand.class);

    private QuantFlux() {}

    public static void main(String[] args) {
        boolean service = args.length > 0 && args[0].equals(RUN);
        if (service) {
            EarlyLoading.begin();
        }
        CommandLine command = service ? commandLine(List.of(RunCommand.class)) : commandLine();
        EarlyLoading.awaitLogging();
        System.exit(command.execute(args));
    }

    /** The command with everything on the class path. */
    public static CommandLine commandLine() {
        CommandLine command = commandLine(COMMANDS);
        for (Subcommand extra : ServiceLoader.load(Subcommand.class)) {
            command.addSubcommand(extra);
        }
        return explained(command);
    }

    /** picocli reads the annotations of each command that is there, which a service that starts need not wait for. */
    private static CommandLine commandLine(List<Class<?>> commands) {
        CommandLine command = new CommandLine(new QuantFlux());
        commands.forEach(command::addSubcommand);
        return explained(command);
    }

    private static CommandLine explained(CommandLine command) {
        sayVersion(command);
        command.setParameterExceptionHandler((wrong, args) -> usage(wrong));
        command.setExecutionExceptionHandler((failure, line, parsed) -> explain(failure, line));
        return command;
    }

    private static void sayVersion(CommandLine command) {
        command.getCommandSpec().versionProvider(new Version());
        command.getSubcommands().values().forEach(QuantFlux::sayVersion);
    }

    /** One line, and where to find the rest. */
    private static int usage(ParameterException wrong) {
        CommandLine line = wrong.getCommandLine();
        String help = line.getCommandSpec().qualifiedName() + " --help";
        line.getErr().println("quantflux: " + oneLine(wrong) + "; see: " + help);
        return USAGE;
    }

    /** One line for what an operator can mend; the trace only for what we must mend. */
    private static int explain(Exception failure, CommandLine line) throws Exception {
        if (failure instanceof ConfigException) {
            return say(line, failure, CONFIGURATION);
        }
        if (failure instanceof InvalidSpecException || failure instanceof InvalidInputException) {
            return say(line, failure, USAGE);
        }
        if (failure instanceof StartupException
                || failure instanceof KafkaException
                || failure instanceof IOException) {
            return say(line, failure, FAILED);
        }
        throw failure;
    }

    private static int say(CommandLine line, Exception failure, int exitCode) {
        line.getErr().println("quantflux: " + masked(oneLine(failure), line));
        return exitCode;
    }

    private static String masked(String text, CommandLine line) {
        String masked = text;
        for (Object mixin : line.getMixins().values()) {
            masked = mixin instanceof ClusterOptions cluster ? cluster.mask(masked) : masked;
        }
        return masked;
    }

    private static String oneLine(Exception failure) {
        String message = failure instanceof IOException e ? FileTrouble.why(e) : String.valueOf(failure.getMessage());
        Throwable cause = failure.getCause();
        if (failure instanceof KafkaException
                && cause != null) { // "Failed to create new KafkaAdminClient" says nothing
            message += ": " + cause.getMessage();
        }
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
