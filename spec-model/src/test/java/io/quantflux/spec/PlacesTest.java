// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.spec.json.SpecJson;
import io.quantflux.spec.yaml.SpecYaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacesTest {
    private static final String YAML = """
            base: &base
              dtype: int8
            names:
              layer\\d.fc: {bits: 4}
              other: *base
              list: [1, 2,
                     3]
            """;
    private static final String JSON = """
            {"base": {"dtype": "int8"},
             "names": {
               "layer\\\\d.fc": {"bits": 4},
               "list": [1, 2,
                        3]}}
            """;

    @ParameterizedTest
    @CsvSource({
        "base.dtype, 2, 3",
        "names.layer\\d.fc.bits, 4, 16",
        "names.other.dtype, 2, 3",
        "names.list[2], 7, 10",
        "names.list[9], 6, 3",
        "names.gone.deeper, 3, 1"
    })
    void aFieldOfYamlOrWhatEnclosesIt(String path, int line, int column) {
        assertThat(SpecYaml.places(YAML).locate(refused(path)))
                .hasMessage(path + " was 1 but wrong (line " + line + ", column " + column + ")");
    }

    @ParameterizedTest
    @CsvSource({
        "base.dtype, 1, 11",
        "names.layer\\d.fc.bits, 3, 20",
        "names.list[2], 5, 13",
        "names.list[9], 4, 4",
        "names.gone.deeper, 2, 2"
    })
    void aFieldOfJsonOrWhatEnclosesIt(String path, int line, int column) {
        assertThat(SpecJson.places(JSON).locate(refused(path)))
                .hasMessage(path + " was 1 but wrong (line " + line + ", column " + column + ")");
    }

    @ParameterizedTest
    @CsvSource({"gone", "gone.deeper", "[0]", "''"})
    void whatIsNotInTheTextHasNoPlace(String path) {
        InvalidSpecException refusal = refused(path);
        assertThat(SpecYaml.places(YAML).locate(refusal)).isSameAs(refusal);
        assertThat(SpecJson.places(JSON).locate(refusal)).isSameAs(refusal);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"a: [1", "{\"a\": ", "''"})
    void aTextThatIsBrokenHasThePlacesUpToThereAtMost(String text) {
        InvalidSpecException refusal = refused("b");
        assertThat(SpecYaml.places(text).locate(refusal)).isSameAs(refusal);
        assertThat(SpecJson.places(text).locate(refusal)).isSameAs(refusal);
    }

    private static InvalidSpecException refused(String path) {
        return new InvalidSpecException(path, 1, "wrong");
    }
}
