// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinearPatternTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a*)*b",
                "(a|a)*b",
                "(a|aa)+b",
                "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)x",
                "((a?){1,10}){1,10}b",
                "a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaaaaaaab"
            })
    void aPatternThatHoldsABacktrackingEngineForEverIsDecidedAtOnce(String pattern) {
        LinearPattern compiled = LinearPattern.of("selector", pattern);
        // the other kind of engine needs longer than the age of the universe; no machine is as slow as this
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> assertThat(compiled.matches("a".repeat(249)))
                .isFalse());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?=a)a",
                "(?!a)b",
                "(?<=a)b",
                "(a)\\1",
                "(?P<n>a)(?P=n)",
                "a*+",
                "(?>a)",
                "(?(1)a|b)",
                "(?x) a",
                "a**"
            })
    void whatIsNotSupportedIsRefusedByName(String pattern) {
        assertThatThrownBy(() -> LinearPattern.of("selector", pattern))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageStartingWith("selector was " + pattern + " but is no regular expression that is supported: ")
                .hasMessageContaining("no look-around, back-references");
    }

    @ParameterizedTest
    @ValueSource(strings = {"((((a{30}){30}){30}){30}){30}", "a{1001}", "a{99999999999999999999}", "(a{0,11}b{10}){1}"})
    void repeatsThatMultiplyAreRefusedBeforeTheyAreUnrolled(String pattern) {
        assertThatThrownBy(() -> LinearPattern.of("selector", pattern))
                .hasMessageContaining("has counted repeats that multiply to more than 100");
    }

    @ParameterizedTest
    @CsvSource({
        "'layer\\d+\\.(conv|fc)', layer12.fc, true",
        "'layer\\d+\\.(conv|fc)', xlayer12.fc, false",
        "'(?P<block>b\\d{1,2}).*', b7/x, true",
        "'(?<block>b\\d{1,2}).*', b7/x, true",
        "'(?i)RELU', relu, true",
        "'[^.]+', a.b, false",
    })
    void whatPythonAndJavaShareMatchesAsThere(String pattern, String text, boolean matches) {
        assertThat(LinearPattern.of("selector", pattern).matches(text)).isEqualTo(matches);
        assertThat(java.util.regex.Pattern.matches(pattern.replace("(?P<", "(?<"), text))
                .isEqualTo(matches);
    }
}
