// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs that are not Java, and files of the source tree. */
final class Tools {
    private Tools() {}

    /** The program, from the directory {@code -Dtools.bin} or the PATH; without it the test is skipped, saying so. */
    static Path find(String program) {
        String places = System.getProperty("tools.bin", "") + File.pathSeparator + System.getenv("PATH");
        Optional<Path> found = Stream.of(places.split(File.pathSeparator))
                .filter(place -> !place.isEmpty())
                .map(place -> Path.of(place, program))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(
                found.isPresent(), () -> program + " is neither on the PATH nor in the directory -Dtools.bin: skipped");
        return found.orElseThrow();
    }

    /** A port that nobody listens on. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A file of the repository, wherever the test runs. */
    static Path repository(String path) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("docker-compose.yml"))) {
                return at.resolve(path);
            }
        }
        throw new AssertionError("not in the source tree: " + Path.of("").toAbsolutePath());
    }

    /** Runs a program to its end with {@code input}; returns what it said. */
    static String run(Path directory, String input, Object... command) throws IOException, InterruptedException {
        Path said = Files.createTempFile("quantflux-tool", ".txt");
        Path in = Files.createTempFile("quantflux-tool", ".in");
        try {
            Files.writeString(in, input);
            Process process = new ProcessBuilder(
                            Stream.of(command).map(Object::toString).toList())
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(in.toFile())
                    .redirectOutput(said.toFile())
                    .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as(command[0] + " ends")
                    .isTrue();
            String text = Files.readString(said, StandardCharsets.UTF_8);
            assertThat(process.exitValue()).as(text).isZero();
            return text;
        } finally {
            Files.deleteIfExists(said);
            Files.deleteIfExists(in);
        }
    }
}
