// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.spec.FloatDType;
import io.quantflux.spec.IntegerDType;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.SpecFields;
import io.quantflux.spec.SpecPresets;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.yaml.SpecYaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/specs.md} shows what loads. */
class SpecsPageTest {
    private static String page() throws IOException {
        return Files.readString(Path.of("../docs/specs.md"));
    }

    private static List<String> examples() throws IOException {
        return Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL)
                .matcher(page())
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void theSpecsOnThePageLoad() throws IOException {
        QuantizationSpec spec = SpecYaml.read(examples().get(0));
        assertThat(spec.dtype()).isEqualTo(IntegerDType.UINT8);
        assertThat(spec.extras()).containsOnlyKeys("averaging_constant");
        assertThat(SpecYaml.read(examples().get(1)).dtype()).isEqualTo(FloatDType.FLOAT8_E4M3FN);
    }

    @Test
    void theConfigOnThePageLoadsAndDecides() throws IOException {
        QuantizationConfig config = SpecYaml.readConfig(examples().get(2));
        assertThat(dtype(config, "run/x")).isEqualTo("int8");
        assertThat(dtype(config, "run/softmax_1")).isEqualTo("OFF");
        assertThat(dtype(config, "run/encoder.layers.7.attn")).isEqualTo("float8_e4m3fn");
        assertThat(dtype(config, "run/encoder.layers.7.attn.proj")).isEqualTo("OFF");
        assertThat(dtype(config, "run/head.out")).isEqualTo("int8");
        assertThat(examples()).hasSize(3);
    }

    private static String dtype(QuantizationConfig config, String id) {
        Choice choice = config.choose(new TensorId(id), QuantizationTarget.ACTIVATION);
        QuantizationSpec spec = choice.spec();
        return spec == null ? choice.kind().name() : spec.dtype().key();
    }

    @Test
    void everyKeyAndPresetIsOnThePage() throws IOException {
        assertThat(page())
                .contains(SpecFields.keys())
                .contains(SpecPresets.names().stream().map(n -> "`" + n + "`").toList());
    }
}
