// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.config.QuantizationConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.ConfigException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys {@code spec.config} and {@code spec.modules}. */
class SpecConfigTest {
    @TempDir
    private Path directory;

    private static ProcessorConfig config(Map<String, Object> keys) {
        Map<String, Object> all = new HashMap<>(keys);
        all.put("bootstrap.servers", "broker:9092");
        return new ProcessorConfig(all);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private static void refused(Map<String, Object> keys, String... fragments) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> config(keys))
                .extracting(Throwable::getMessage, InstanceOfAssertFactories.STRING)
                .contains(fragments);
    }

    @Test
    void noFileIsTheDefault() {
        assertThat(config(Map.of()).specConfig()).isNull();
    }

    @Test
    void filesAreReadAtTheStart() throws IOException {
        QuantizationConfig read = Objects.requireNonNull(config(Map.of(
                        "spec.config",
                        file(
                                "c.YML",
                                "quantization_config: {module_type_configs: {my.Net: {op_output_spec: {0: w4}}}}"),
                        "spec.modules",
                        file("m", "{\"\":\"my.Net\"}")))
                .specConfig());
        assertThat(read.choose(new TensorId("run/x"), QuantizationTarget.ACTIVATION)
                        .spec())
                .isNotNull();
        assertThat(read.unusedModuleTypes()).isEmpty();
    }

    @Test
    void whatIsWrongIsSaidWithItsFile() throws IOException {
        String missing = directory.resolve("none.yaml").toString();
        refused(Map.of("spec.config", missing), "spec.config: cannot read ", missing);
        String typo = file("typo.yaml", "quantization_config: {x: 1}");
        refused(
                Map.of("spec.config", typo),
                "spec.config: " + typo + ": quantization_config.x was 1 but is no key here");
        String extra = file("extra.yaml", "quantization_config: {global_config: {op_output_spec: {0: {eps: 1}}}}");
        refused(
                Map.of("spec.config", extra),
                extra + ": quantization_config.global_config.op_output_spec.0.eps was 1 but");
        refused(Map.of("spec.modules", typo), "spec.modules", "is of use only with spec.config");
        refused(Map.of("spec", "{\"eps\":1}"), "spec: eps was 1 but no registered component has such a field");
    }
}
