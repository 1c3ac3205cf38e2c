// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong usage and wrong configuration, before any broker is asked. */
class QuantFluxTest {
    @TempDir
    private Path directory;

    @Test
    void anUnknownSubcommandOrOptionIsOneLineWithAHint() {
        CommandRun.of("quantise").failed(2, "'quantise'", "see: quantflux --help");
        CommandRun.of("--fast").failed(2, "Unknown option: '--fast'", "see: quantflux --help");
        CommandRun.of("run", "--prot", "1").failed(2, "'--prot'", "see: quantflux run --help");
        CommandRun.of("run", "--port", "x").failed(2, "'--port'", "see: quantflux run --help");
        CommandRun.of("topics", "drop").failed(2, "'drop'", "see: quantflux topics --help");
    }

    @Test
    void aCommandThatOnlyGroupsOthersAsksForOne() {
        CommandRun.of().failed(2, "Missing required subcommand", "see: quantflux --help");
        CommandRun.of("topics").failed(2, "Missing required subcommand", "see: quantflux topics --help");
    }

    @Test
    void helpAndVersionGoToStdout() {
        for (String flag : new String[] {"--help", "--version"}) {
            CommandRun run = CommandRun.of(flag);
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).contains("quantflux");
            assertThat(run.err()).isEmpty();
        }
        assertThat(CommandRun.of("fake-quantize", "--help").out()).contains("--export-mode-after");
    }

    @Test
    void noBrokerNamedIsOneLine() {
        for (String command : new String[] {"run", "inspect"}) {
            CommandRun.of(command).failed(2, "no broker named: give --bootstrap-server HOST:PORT");
        }
        CommandRun.of("topics", "check").failed(2, "no broker named");
        CommandRun.of("control", "reset", "--selector", "*").failed(2, "no broker named");
    }

    @Test
    void wrongConfigurationIsOneLineAndItsOwnExitCode() {
        CommandRun.of("run", "--bootstrap-server", "localhost:1", "-D", "commit.interval.ms=soon")
                .failed(78, "Invalid value soon for configuration commit.interval.ms");
        CommandRun.of("run", "--bootstrap-server", "localhost:1", "-D", "comit.bytes=1")
                .failed(78, "Unknown configuration key 'comit.bytes'");
        CommandRun.of("run", "--bootstrap-server", "no port", "-D", "http.port=-1")
                .failed(78, "bootstrap.servers");
        CommandRun.of("run", "--bootstrap-server", "localhost:1", "-D", "kafka.producer.linger.ms=soon", "--port", "-1")
                .failed(78, "linger.ms");
    }

    @Test
    void aPropertiesFileThatIsNotThereIsOneLine() {
        String absent = directory.resolve("absent.properties").toString();
        CommandRun.of("run", "--config", absent).failed(2, "cannot read properties file " + absent);
        CommandRun.of("topics", "check", "--command-config", absent).failed(2, "cannot read properties file " + absent);
    }

    @Test
    void aPasswordOnTheCommandLineIsRefusedWithoutShowingItAndAVariableIsNot() {
        String[] keys = {"kafka.ssl.key.password", "kafka.producer.sasl.jaas.config", "kafka.my.secret"};
        for (String key : keys) {
            CommandRun run = CommandRun.of("run", "--bootstrap-server", "localhost:1", "-D", key + "=hunter22");
            run.failed(2, key + " is a secret and must not be on the command line");
            assertThat(run.err()).doesNotContain("hunter22");
        }
        CommandRun.of("run", "--bootstrap-server", "localhost:1", "-D", "kafka.ssl.key.password=${env:QF_NOT_SET}")
                .failed(78, "kafka.ssl.key.password: there is no value for ${env:QF_NOT_SET}");
    }

    @Test
    void flagsWinOverFiles() throws IOException {
        Path file = Files.writeString(
                directory.resolve("q.properties"), "bootstrap.servers=localhost:1\ncommit.interval.ms=soon\n");
        CommandRun.of("run", "--config", file.toString(), "-D", "commit.interval.ms=never")
                .failed(78, "Invalid value never for configuration commit.interval.ms");
    }

    @Test
    void aWrongControlCommandIsOneLineBeforeAnythingIsSent() throws IOException {
        String broker = "--bootstrap-server=localhost:1";
        CommandRun.of("control", broker, "reset").failed(2, "--selector");
        CommandRun.of("control", broker, "explode", "--selector", "*")
                .failed(2, "action was explode but must be one of");
        CommandRun.of("control", broker, "reset", "--selector", "a b").failed(2, "tensor id was \"a b\" but must");
        CommandRun.of("control", broker, "reset", "--selector", "regex:(").failed(2, "selector was regex:( but");
        CommandRun.of("control", broker, "reset", "--selector", "*", "--at-step", "-1")
                .failed(2, "effective_step was -1 but must be at least 0");
        CommandRun.of("control", broker, "spec", "--selector", "*").failed(2, "this action needs --spec-file");
        CommandRun.of("control", broker, "spec", "--selector", "*", "--spec-file", "absent.json")
                .failed(2, "cannot read spec absent.json");
        CommandRun.of("control", broker, "schedule", "--selector", "*").failed(2, "this action needs --schedule");
        CommandRun.of("control", broker, "schedule", "--selector", "*", "--schedule", "1,x")
                .failed(2, "--schedule was 1,x but must be two or three steps");
        CommandRun.of("control", broker, "schedule", "--selector", "*", "--schedule", "9,1")
                .failed(2, "qat_schedule.enable_fake_quant was 1 but must not be before enable_observer, 9");
    }
}
