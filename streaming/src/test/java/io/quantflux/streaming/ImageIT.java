// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The image that {@code -Pimage} builds: its layers unpacked, its entry point run as its user without any capability, on
 * a root file system that cannot be written. The JRE, which is the base image's, is this machine's.
 */
class ImageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int JAVA_WITH_ALL_FLAGS = 24;

    private final ObjectMapper json = new ObjectMapper();

    @TempDir
    private Path directory;

    @Test
    void itsEntryPointRunsAsItsUserAndEndsInOrder() throws Exception {
        Path image = Tools.repository("streaming/target/jib-image.tar");
        assumeTrue(Files.exists(image), "no image: built with -Pimage only: skipped");
        Path bwrap = Tools.find("bwrap");
        String java = System.getProperty("image.java.home", System.getProperty("java.home"));
        assumeTrue(
                System.getProperty("image.java.home") != null
                        || Runtime.version().feature() >= JAVA_WITH_ALL_FLAGS,
                "the image's JVM flags want JDK 24 or newer: name one with -Dimage.java.home: skipped");

        JsonNode config = unpack(image).path("config");
        assertThat(config.path("User").asText()).isEqualTo("65532:65532");
        assertThat(config.path("WorkingDir").asText()).isEqualTo("/tmp");
        assertThat(config.path("Cmd").toString()).isEqualTo("[\"run\"]");

        try (TestCluster cluster = TestCluster.withTopics()) {
            int port = Tools.freePort();
            List<String> command = new ArrayList<>(box(bwrap, java));
            variable(command, "QUANTFLUX_BOOTSTRAP_SERVERS", TestCluster.bootstrapServers());
            variable(command, "QUANTFLUX_TOPIC_PREFIX", cluster.prefix);
            variable(command, "QUANTFLUX_GROUP_ID", cluster.prefix + "group");
            variable(command, "QUANTFLUX_INSTANCE_ID", "0");
            variable(command, "QUANTFLUX_HTTP_PORT", Integer.toString(port));
            variable(command, "QUANTFLUX_LOG_FORMAT", "json");
            config.path("Entrypoint").forEach(word -> command.add(word.asText()));
            config.path("Cmd").forEach(word -> command.add(word.asText()));
            Path log = directory.resolve("log");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                    assertThat(process.isAlive()).isTrue();
                    return Http.get("http://127.0.0.1:" + port + "/readyz").statusCode() == 200;
                });
                process.descendants()
                        .filter(child -> child.info().command().orElse("").endsWith("/java"))
                        .forEach(ProcessHandle::destroy);
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            String said = Files.readString(log);
            assertThat(process.exitValue()).as(said).isZero();
            assertThat(said.lines().filter(line -> line.contains("running as")))
                    .hasSize(1)
                    .allSatisfy(line -> {
                        assertThat(line).contains("with kernels vector");
                        assertThat(json.readTree(line).path("level").asText()).isEqualTo("INFO");
                    });
        }
    }

    /** Lays the image's layers over one another in {@code root}; returns its configuration. */
    private JsonNode unpack(Path image) throws IOException, InterruptedException {
        Path root = Files.createDirectory(directory.resolve("root"));
        Tools.run(directory, "", "tar", "-xf", image);
        JsonNode manifest =
                json.readTree(directory.resolve("manifest.json").toFile()).get(0);
        for (JsonNode layer : manifest.path("Layers")) {
            Tools.run(directory, "", "tar", "-xzf", layer.asText(), "-C", root);
        }
        return json.readTree(directory.resolve(manifest.path("Config").asText()).toFile());
    }

    private List<String> box(Path bwrap, String java) {
        String box = bwrap
                + " --unshare-user --unshare-pid --unshare-ipc --unshare-uts --die-with-parent --uid 65532 --gid 65532 --cap-drop ALL"
                + " --ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/bin /bin --ro-bind "
                + java
                + " /jre --ro-bind " + directory.resolve("root/app")
                + " /app --proc /proc --dev /dev --tmpfs /tmp --chdir /tmp --clearenv --setenv PATH /jre/bin:/usr/bin";
        return List.of(box.split(" "));
    }

    private static void variable(List<String> command, String name, String value) {
        command.addAll(List.of("--setenv", name, value));
    }
}
