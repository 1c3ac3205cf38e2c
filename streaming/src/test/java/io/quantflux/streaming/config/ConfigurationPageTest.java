// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.junit.jupiter.api.Test;

/** The table of {@code docs/configuration.md} is {@link ProcessorConfig#DEFINITION}, in its order. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("../docs/configuration.md");

    /** With the environment variable {@code QUANTFLUX_WRITE_DOCS} the page is corrected instead. */
    @Test
    void theTableIsTheDefinition() throws IOException {
        List<String> wanted = ProcessorConfig.DEFINITION.configKeys().values().stream()
                .map(ConfigurationPageTest::row)
                .toList();
        List<String> lines = Files.readAllLines(PAGE);
        int head = lines.indexOf("| key | type | default | allowed | meaning |");
        int from = head + 2;
        int to = from;
        while (lines.get(to).startsWith("| ")) {
            to++;
        }
        List<String> table = lines.subList(from, to);
        if (System.getenv("QUANTFLUX_WRITE_DOCS") != null) {
            table.clear();
            table.addAll(wanted);
            Files.write(PAGE, lines);
        }
        assertThat(head).as("the table's head").isNotNegative();
        assertThat(lines.subList(from, from + wanted.size())).isEqualTo(wanted);
        assertThat(table).hasSameSizeAs(wanted);
    }

    private static String row(ConfigKey key) {
        String allowed = key.validator == null || key.validator instanceof ConfigDef.NonEmptyString
                ? ""
                : key.validator
                        .toString()
                        .replaceAll("[\\[\\]]", "")
                        .replace(",...,", " to ")
                        .replace(",...", " or more");
        return "| `" + key.name + "` | " + key.type.name().toLowerCase(Locale.ROOT) + " | " + defaultOf(key) + " | "
                + allowed + " | " + key.documentation + " |";
    }

    private static String defaultOf(ConfigKey key) {
        if (!key.hasDefault()) {
            return "required";
        }
        if (key.name.equals(ProcessorConfig.INSTANCE_ID)) {
            return "host name";
        }
        if (key.name.equals(ProcessorConfig.COMPUTE_THREADS)) {
            return "processors";
        }
        String text = String.valueOf(key.defaultValue);
        return text.isEmpty() ? "none" : "`" + text + "`";
    }
}
