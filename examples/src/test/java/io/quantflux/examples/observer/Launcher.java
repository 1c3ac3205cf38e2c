// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.observer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code bin/quantflux} over what this build has packaged, with a folder of plugins. */
final class Launcher {
    private final Path home;
    private final Path plugins;

    private Launcher(Path home, Path plugins) {
        this.home = home;
        this.plugins = plugins;
    }

    /** A copy of the launcher in a tree where everything is built already, so that it hands over at once. */
    static Launcher in(Path home, Path plugins) throws IOException {
        Path packaged = Path.of("target", "quantflux").toAbsolutePath();
        Path target = Files.createDirectories(home.resolve("examples/target/quantflux"));
        try (var files = Files.list(packaged)) {
            for (Path file : files.toList()) {
                if (file.toString().endsWith(".jar") || file.endsWith("lib")) {
                    Files.createSymbolicLink(target.resolve(file.getFileName()), file);
                }
            }
        }
        Files.createDirectories(home.resolve("bin"));
        Files.copy(
                Path.of("..", "bin", "quantflux"), home.resolve("bin/quantflux"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createFile(target.resolve("built"));
        return new Launcher(home, plugins);
    }

    /** Exit code and standard error of a command that ends. */
    record Ended(int exit, List<String> errors) {}

    Ended run(Object... arguments) throws IOException, InterruptedException {
        Path errors = Files.createTempFile(home, "errors", ".txt");
        Process process = start(errors, arguments);
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running: " + List.of(arguments));
        }
        return new Ended(process.exitValue(), Files.readAllLines(errors, StandardCharsets.UTF_8));
    }

    /** Starts a command, its output in a file. */
    Process start(Path output, Object... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(home.resolve("bin/quantflux").toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("QUANTFLUX_PLUGINS", plugins.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("QUANTFLUX_JVM_OPTIONS", "-Xmx512m");
        return builder.start();
    }
}
