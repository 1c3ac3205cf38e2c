// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/**
 * One run of the {@code quantflux} command as a shell sees it.
 *
 * @param out all that went to stdout, by whatever way
 * @param err all that went to stderr, by whatever way
 */
public record CommandRun(int exitCode, String out, String err) {

    /** Runs it in this JVM. */
    public static CommandRun of(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stdout = System.out;
        PrintStream stderr = System.err;
        try (PrintStream capturedOut = new PrintStream(out, true, StandardCharsets.UTF_8);
                PrintStream capturedErr = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            System.setOut(capturedOut);
            System.setErr(capturedErr);
            CommandLine command = QuantFlux.commandLine()
                    .setOut(new PrintWriter(capturedOut, true, StandardCharsets.UTF_8))
                    .setErr(new PrintWriter(capturedErr, true, StandardCharsets.UTF_8));
            int exitCode = command.execute(args);
            return new CommandRun(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(stdout);
            System.setErr(stderr);
        }
    }

    /** Failed with one line on stderr that says this, and nothing on stdout. */
    public void failed(int expectedExitCode, String... fragments) {
        assertThat(err).contains(fragments);
        assertThat(err.lines().toList()).as("stderr").hasSize(1);
        assertThat(err).startsWith("quantflux: ").doesNotContain("\tat ");
        assertThat(out).as("stdout").isEmpty();
        assertThat(exitCode).as("exit code").isEqualTo(expectedExitCode);
    }

    /** Went well and said nothing. */
    public void succeededSilently() {
        assertThat(err).as("stderr").isEmpty();
        assertThat(out).as("stdout").isEmpty();
        assertThat(exitCode).as("exit code").isZero();
    }
}
