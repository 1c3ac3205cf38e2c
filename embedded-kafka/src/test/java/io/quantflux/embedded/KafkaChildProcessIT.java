// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class KafkaChildProcessIT {

    @TempDir
    Path dir;

    @Test
    void theChildServesAndIsGoneWhenClosedAndItsDataStay() throws Exception {
        Path data = dir.resolve("a directory with spaces");
        KafkaChildProcess kafka = KafkaChildProcess.start(data, Map.of());
        try (kafka) {
            assertThat(kafka.isAlive()).isTrue();
            Kafka.createTopic(kafka.bootstrapServers(), "tensors");
            Kafka.produce(kafka.bootstrapServers(), "tensors", "kept");
        }
        assertThat(kafka.isAlive()).isFalse();
        kafka.close();

        assertThat(Files.readString(kafka.logFile())).isEmpty();
        try (EmbeddedKafka again = EmbeddedKafka.start(data)) {
            assertThat(Kafka.committed(again.bootstrapServers(), "tensors")).containsExactly("kept");
        }
    }

    @Test
    void acknowledgedRecordsSurviveAKill() throws Exception {
        try (KafkaChildProcess kafka = KafkaChildProcess.start(dir, Map.of())) {
            Kafka.createTopic(kafka.bootstrapServers(), "tensors");
            Kafka.produce(kafka.bootstrapServers(), "tensors", "kept");
            kafka.kill();
            assertThat(kafka.isAlive()).isFalse();
        }
        try (KafkaChildProcess kafka = KafkaChildProcess.start(dir, Map.of())) {
            assertThat(Kafka.committed(kafka.bootstrapServers(), "tensors")).containsExactly("kept");
        }
    }

    @Test
    void theChildEndsByItselfWhenItsParentIsKilled() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ParentOfABroker.class.getName(),
                        dir.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = parent.inputReader()) {
            String line = out.readLine();
            assertThat(line).startsWith("child ");
            ProcessHandle child =
                    ProcessHandle.of(Long.parseLong(line.substring(6))).orElseThrow();

            try {
                parent.destroyForcibly();

                child.onExit().get(30, TimeUnit.SECONDS);
            } finally {
                assertThat(child.destroyForcibly()).as("had to be killed").isFalse();
            }
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void ctrlCInTheTerminalIsLeftToTheParent() throws Exception {
        try (KafkaChildProcess kafka = KafkaChildProcess.start(dir, Map.of())) {
            int sent = new ProcessBuilder("kill", "-INT", Long.toString(kafka.pid()))
                    .start()
                    .waitFor();
            assertThat(sent).isZero();
            CompletableFuture<ProcessHandle> exit =
                    ProcessHandle.of(kafka.pid()).orElseThrow().onExit();

            assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> exit.get(2, TimeUnit.SECONDS));
            Kafka.createTopic(kafka.bootstrapServers(), "tensors");
        }
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsRefusedInOneLine() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "not a directory");

        assertThatExceptionOfType(EmbeddedKafkaException.class)
                .isThrownBy(() -> KafkaChildProcess.start(file, Map.of()))
                .withMessageStartingWith("broker directory " + file + " cannot be written: ")
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }

    @Test
    void aDirectoryInUseIsRefusedInOneLine() {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(dir)) {
            assertThatExceptionOfType(EmbeddedKafkaException.class)
                    .isThrownBy(() -> KafkaChildProcess.start(kafka.directory(), Map.of()))
                    .withMessageStartingWith("broker directory " + dir + " is in use by a broker of another process");
        }
    }

    @Test
    void aPropertyKafkaRefusesIsNamed() {
        assertThatExceptionOfType(EmbeddedKafkaException.class)
                .isThrownBy(() -> KafkaChildProcess.start(dir, Map.of("num.io.threads", "many")))
                .withMessageContaining("num.io.threads")
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }
}
