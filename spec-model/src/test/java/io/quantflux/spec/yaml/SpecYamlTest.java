// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quantflux.spec.FloatDType;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.config.Choice;
import io.quantflux.spec.config.QuantizationConfig;
import io.quantflux.spec.json.SpecJson;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecYamlTest {
    @Test
    void aSpecIsTheSameAsInJson() {
        assertThat(SpecYaml.read("""
                        dtype: uint4
                        qscheme: asymmetric   # a comment
                        granularity: {type: per_channel, axis: -1}
                        float_range: [-1, null]
                        scale_dtype: null
                        averaging_constant: 0.5
                        """)).isEqualTo(SpecJson.read("""
                        {"dtype":"uint4","qscheme":"asymmetric","granularity":{"type":"per_channel","axis":-1},
                         "float_range":[-1,null],"scale_dtype":null,"averaging_constant":0.5}"""));
    }

    @Test
    void jsonIsYaml() {
        assertThat(SpecYaml.read("{\"dtype\":\"float8_e5m2\"}").dtype()).isEqualTo(FloatDType.FLOAT8_E5M2);
    }

    @Test
    void aKeyBesideAMergeKeyWins() {
        QuantizationConfig config = SpecYaml.readConfig("""
                quantization_spec:
                  - &a {dtype: uint8, qscheme: asymmetric}
                  - &b {dtype: int4, float_range: [-1, 1]}
                quantization_config:
                  global_config:
                    op_output_spec:
                      0: {<<: [*a, *b], dtype: uint2}
                """);
        Choice choice = config.choose(new TensorId("run/x"), QuantizationTarget.ACTIVATION);
        assertThat(choice.spec())
                .isEqualTo(SpecJson.read("{\"dtype\":\"uint2\",\"qscheme\":\"asymmetric\",\"float_range\":[-1,1]}"));
    }

    @Test
    void oneAnchorServesManyLayers() {
        StringBuilder yaml = new StringBuilder("quantization_spec: {a: &a {dtype: int4}}\n");
        yaml.append("quantization_config:\n  module_name_configs:\n");
        for (int layer = 0; layer < 2000; layer++) {
            yaml.append("    layer").append(layer).append(": {op_output_spec: {\"*\": *a}}\n");
        }
        assertThat(SpecYaml.readConfig(yaml.toString()).specs()).hasSize(2000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
            |yaml was empty but must be a mapping
            # nothing|yaml was empty but must be a mapping
            - a|yaml was a list but must be a mapping
            int8|yaml was int8 but must be a mapping
            dtype: int8;dtype: int4|found duplicate key dtype at line 2, column 1
            0: a;"0": b|yaml was keyed by 0 twice but must have each key once
            on: a|yaml was keyed by true but must be keyed by text; put it in quotes
            ~: a|yaml was keyed by null but must be keyed by text; put it in quotes
            1.5: a|yaml was keyed by 1.5 but must be keyed by text
            ? [a];: b|keyed by [a] but must be keyed by text
            note: 2026-01-01|yaml.note was
            note: !!binary aGk=|but must be text, a number, true, false or null; put text in quotes
            dtype: !!java.net.URL [x]|yaml was not readable but expected one plain document: Global tag is not allowed: tag:yaml.org,2002:java.net.URL at line 1
            dtype: !mine x|could not determine a constructor for the tag !mine at line 1, column 8
            dtype: int8;---;dtype: int4|but found another document at line 2
            dtype: *gone|found undefined alias gone at line 1
            dtype: [int8|expected one plain document: expected ',' or ']'
            a: &a {b: *a}|was nested deeper than 32 but must be smaller with its aliases unfolded
            """)
    void trapsOfYamlAreRefused(String yaml, String message) {
        assertThatThrownBy(() -> SpecYaml.tree(yaml == null ? "" : yaml.replace(';', '\n')))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aliasesThatUnfoldWithoutBoundAreRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int level = 1; level < 12; level++) {
            bomb.append("a").append(level).append(": &a").append(level).append(" [");
            bomb.append(String.join(", ", Collections.nCopies(10, "*a" + (level - 1))))
                    .append("]\n");
        }
        assertThatThrownBy(() -> SpecYaml.tree(bomb.toString()))
                .hasMessage("yaml was more than 200000 values but must be smaller with its aliases unfolded");
    }

    @Test
    void deepAndLongDocumentsAreRefused() {
        assertThatThrownBy(() -> SpecYaml.tree("a: " + "[".repeat(5000) + "]".repeat(5000)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("Nesting Depth exceeded max 32");
        assertThatThrownBy(() -> SpecYaml.tree("a: " + "x".repeat(SpecYaml.MAX_CHARACTERS)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("exceeds the limit: 1048576 code points");
    }
}
