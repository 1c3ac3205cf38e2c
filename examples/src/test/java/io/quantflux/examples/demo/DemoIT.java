// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.quantflux.streaming.cli.QuantFlux;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The demo as a user starts it: a process of its own, a real broker, real training. */
class DemoIT {
    private static final long PATIENCE_SECONDS = 240;
    private static final int SIGINT = 2;

    @TempDir
    Path directory;

    private Process demo;

    @BeforeEach
    void nothingRuns() throws IOException {
        demo = start("--steps", "400", "--steps-per-second", "1000", "--port", "0");
    }

    @AfterEach
    void leaveNothingBehind() {
        demo.destroyForcibly();
    }

    @Test
    void endsByItselfWithAnAccurateNetworkAndFrozenQparams() throws Exception {
        List<String> lines = new BufferedReader(new InputStreamReader(demo.getInputStream(), StandardCharsets.UTF_8))
                .lines()
                .toList();
        assertThat(demo.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        String all = String.join("\n", lines);
        assertThat(demo.exitValue()).as(all + errors()).isZero();
        assertThat(percent(all, "test accuracy, float32")).isGreaterThan(90);
        assertThat(percent(all, "test accuracy, int8 fake-quantized")).isGreaterThan(90);
        assertThat(all)
                .containsPattern("qparams frozen at step 200 +same bits in all of \\d+ later updates of 4 tensors")
                .containsPattern("tensors calibrated +\\d+ in \\d+ transactions, .* MB, no dead letters")
                .contains("conv1.relu", "8 channels frozen");
        assertThat(errors()).isEmpty();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void anInterruptEndsItInOrder() throws Exception {
        assumeThat(isInterruptIgnored())
                .as("a shell's background job, as this build is, and all it starts, ignores interrupts")
                .isFalse();
        BufferedReader out = new BufferedReader(new InputStreamReader(demo.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        while (line != null && !line.startsWith("run ")) {
            line = out.readLine();
        }
        new ProcessBuilder("kill", "-INT", Long.toString(demo.pid())).start().waitFor();
        List<String> rest = out.lines().toList();
        assertThat(demo.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).as(rest + errors()).isZero();
        assertThat(rest).anyMatch(last -> last.matches("interrupted after \\d+ of 400 steps"));
        assertThat(errors()).isEmpty();
    }

    /** By the mask of ignored signals, where the system tells it. */
    private static boolean isInterruptIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        String mask = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElse("SigIgn: 0");
        return (Long.parseUnsignedLong(mask.substring("SigIgn:".length()).strip(), 16) >> (SIGINT - 1) & 1) == 1;
    }

    private static double percent(String text, String row) {
        Matcher matcher = Pattern.compile(Pattern.quote(row) + " +([0-9.]+) %").matcher(text);
        assertThat(matcher.find()).as(row + " in " + text).isTrue();
        return Double.parseDouble(matcher.group(1));
    }

    private String errors() throws IOException {
        return Files.readString(directory.resolve("stderr"));
    }

    private Process start(String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= 24) {
            command.add("--sun-misc-unsafe-memory-access=allow");
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(
                List.of("-Xmx1g", "-cp", System.getProperty("java.class.path"), QuantFlux.class.getName(), "demo"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("OMP_NUM_THREADS", "1");
        return builder.redirectError(directory.resolve("stderr").toFile()).start();
    }
}
