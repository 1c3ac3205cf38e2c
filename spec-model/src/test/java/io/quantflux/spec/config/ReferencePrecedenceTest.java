// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.yaml.SpecYaml;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random configs and models, and what the reference's own classes decided for the output of every module. */
class ReferencePrecedenceTest {

    static Stream<JsonNode> cases() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(ReferencePrecedenceTest.class.getResourceAsStream("precedence.json"))) {
            return StreamSupport.stream(
                    new ObjectMapper().readTree(in).get("cases").spliterator(), false);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyModuleGetsWhatTheReferenceGivesIt(JsonNode given) {
        Map<String, String> modules = new TreeMap<>();
        given.get("modules")
                .properties()
                .forEach(e -> modules.put(e.getKey(), e.getValue().asText()));
        QuantizationConfig config =
                SpecYaml.readConfig(given.get("config").asText()).withModuleTypes(modules);
        Map<String, String> expected = new TreeMap<>();
        Map<String, String> actual = new TreeMap<>();
        given.get("expected").properties().forEach(e -> {
            expected.put(e.getKey(), e.getValue().asText());
            actual.put(
                    e.getKey(), text(config.choose(new TensorId("run/" + e.getKey()), QuantizationTarget.ACTIVATION)));
        });
        assertThat(actual).as(given.get("config").asText()).isEqualTo(expected);
    }

    /** The upper end of the float range tells the specs of a case apart. */
    private static String text(Choice choice) {
        String schedule =
                choice.schedule() == null ? "" : "@" + choice.schedule().enableFakeQuant();
        return switch (choice.kind()) {
                    case OFF -> "off";
                    case DEFAULT -> "default";
                    case SPEC ->
                        String.format(
                                "%.0f",
                                Objects.requireNonNull(choice.spec())
                                        .floatRange()
                                        .max());
                }
                + schedule;
    }
}
