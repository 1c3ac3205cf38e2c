// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code bin/quantflux run} has on its class path: the streaming jar and what its manifest names, beside it. */
class ServiceClassPathIT {
    private static final Path LIB = Path.of("target", "quantflux", "lib");

    @Test
    void manifest_namesJarsThatAreThere_andNoNatives() throws IOException {
        List<String> jars = classPath();

        assertThat(jars)
                .anyMatch(jar -> jar.startsWith("quantflux-engine-"))
                .anyMatch(jar -> jar.startsWith("nd4j-api-"));
        assertThat(jars).allMatch(jar -> Files.exists(LIB.resolve(jar)));
        assertThat(jars).noneMatch(jar -> jar.contains("nd4j-native") || jar.contains("openblas"));
    }

    private static List<String> classPath() throws IOException {
        try (Stream<Path> files = Files.list(LIB)) {
            Path service = files.filter(file -> file.getFileName().toString().matches("quantflux-streaming-.*\\.jar"))
                    .findFirst()
                    .orElseThrow();
            try (JarFile jar = new JarFile(service.toFile())) {
                return List.of(jar.getManifest()
                        .getMainAttributes()
                        .getValue(Attributes.Name.CLASS_PATH)
                        .split(" "));
            }
        }
    }
}
