// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The Compose file that is shipped, its anchors resolved. */
final class ComposeFile {
    private ComposeFile() {}

    static JsonNode read() {
        try {
            return parse(Files.readString(Tools.repository("docker-compose.yml")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode parse(String text) {
        Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        return new ObjectMapper().valueToTree(tree);
    }

    /** What the Kafka image makes of its {@code KAFKA_*} variables: broker properties, underscores as dots. */
    static Map<String, String> brokerProperties() {
        Map<String, String> properties = new TreeMap<>();
        read().at("/services/kafka/environment").properties().forEach(variable -> {
            String name = variable.getKey();
            if (name.startsWith("KAFKA_") && !name.equals("KAFKA_HEAP_OPTS")) {
                String key = name.substring("KAFKA_".length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.');
                properties.put(key, variable.getValue().asText());
            }
        });
        return properties;
    }
}
