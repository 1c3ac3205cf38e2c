// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;

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
        if (args.length > 0 && args[0].equals(RUN)) {
            EarlyLoading.begin();
            CommandLine service = explained(new CommandLine(RunCommand.class).setCommandName("quantflux " + RUN));
            EarlyLoading.awaitLogging();
            System.exit(service.execute(Arrays.copyOfRange(args, 1, args.length)));
        }
        System.exit(commandLine().execute(args));
    }

    /**
     * The command with everything on the class path. A service that starts does without: picocli reads the annotations of
     * each command that is there.
     */
    public static CommandLine commandLine() {
        CommandLine command = new CommandLine(new QuantFlux());
        for (Class<?> subcommand : COMMANDS) {
            command.addSubcommand(subcommand);
        }
        for (Subcommand extra : ServiceLoader.load(Subcommand.class)) {
            command.addSubcommand(extra);
        }
        return explained(command);
    }

    /** No lambda with a class of picocli's here: it would keep that out of the class-data archive. */
    private static CommandLine explained(CommandLine command) {
        sayVersion(command);
        Complaints complaints = new Complaints();
        command.setParameterExceptionHandler(complaints);
        command.setExecutionExceptionHandler(complaints);
        return command;
    }

    private static void sayVersion(CommandLine command) {
        command.getCommandSpec().versionProvider(new Version());
        for (CommandLine subcommand : command.getSubcommands().values()) {
            sayVersion(subcommand);
        }
    }
}
