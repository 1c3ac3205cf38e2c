// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.streaming.config.FileTrouble;
import io.quantflux.streaming.kafka.StartupException;
import java.io.IOException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** What a command says when it cannot do as it was told, and its exit code. */
final class Complaints implements IParameterExceptionHandler, IExecutionExceptionHandler {
    /** One line, and where to find the rest. */
    @Override
    public int handleParseException(ParameterException wrong, String[] args) {
        CommandLine line = wrong.getCommandLine();
        String help = line.getCommandSpec().qualifiedName() + " --help";
        line.getErr().println("quantflux: " + oneLine(wrong) + "; see: " + help);
        return QuantFlux.USAGE;
    }

    /** One line for what an operator can mend; the trace only for what we must mend. */
    @Override
    public int handleExecutionException(Exception failure, CommandLine line, ParseResult parsed) throws Exception {
        if (failure instanceof ConfigException) {
            return say(line, failure, QuantFlux.CONFIGURATION);
        }
        if (failure instanceof InvalidSpecException || failure instanceof InvalidInputException) {
            return say(line, failure, QuantFlux.USAGE);
        }
        if (failure instanceof StartupException
                || failure instanceof KafkaException
                || failure instanceof IOException) {
            return say(line, failure, QuantFlux.FAILED);
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
