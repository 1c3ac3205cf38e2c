// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The command line of the broker's own JVM, made of this JVM's. */
record BrokerCommand(Path dir, Map<String, String> overrides) {

    private static final String LOGGING = "io/quantflux/embedded/broker-logback.xml";

    Path logFile() {
        return dir.resolve("broker.log");
    }

    Process launch() {
        try {
            return new ProcessBuilder(line())
                    .redirectError(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
                    .start();
        } catch (IOException e) {
            throw new EmbeddedKafkaException("the broker's JVM cannot be started: " + e.getMessage(), e);
        }
    }

    private List<String> line() throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // starts twice as fast and idles at half the size; a broker mostly moves bytes it does not look at
        line.add("-XX:TieredStopAtLevel=1");
        line.add("-XX:+UseSerialGC");
        line.add("-Xmx768m");
        // half a broker is worse than none: the parent sees an exit, not a hang
        line.add("-XX:+ExitOnOutOfMemoryError");
        if (Runtime.version().feature() >= 24) {
            // Kafka unmaps its index files with Unsafe, and from 24 on the JVM remarks on it in the log
            line.add("--sun-misc-unsafe-memory-access=allow");
        }
        line.addAll(archive());
        line.add("-Djava.awt.headless=true");
        line.add("-Dlogback.configurationFile=" + LOGGING);
        line.add("@" + classPathFile());
        line.add(BrokerMain.class.getName());
        line.add(dir.toString());
        new TreeMap<>(overrides).forEach((key, value) -> line.add(key + "=" + value));
        return line;
    }

    /** A class-data archive saves a second of each start; the first child makes it as it ends, where one is asked for. */
    private static List<String> archive() {
        String file = System.getProperty(KafkaChildProcess.ARCHIVE_PROPERTY);
        if (file == null) {
            return List.of();
        }
        String use = Files.exists(Path.of(file)) ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=";
        return List.of(use + file, "-Xlog:disable", "-Xlog:all=error:stderr");
    }

    /** A class path of a hundred jars is longer than a command line may be on some systems. */
    private Path classPathFile() throws IOException {
        String quoted =
                System.getProperty("java.class.path").replace("\\", "\\\\").replace("\"", "\\\"");
        Path file = dir.resolve("broker.args");
        // the launcher reads the file as it would its own command line
        Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        return Files.writeString(file, "-cp \"" + quoted + "\"\n", charset);
    }
}
