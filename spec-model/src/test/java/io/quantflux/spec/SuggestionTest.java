// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {
    private static final List<String> KNOWN =
            List.of("qscheme", "qformulation", "moving_average", "static", "dtype", "percentile", "int8", "int4");

    @ParameterizedTest
    @CsvSource({
        "qsheme, qscheme",
        "QScheme, qscheme",
        "qshceme, qscheme",
        "movingaverage, moving_average",
        "moving_averge, moving_average",
        "percentil, percentile",
        "dtypes, dtype",
        "int9, int4"
    })
    void theClosestIsMeant(String given, String meant) {
        assertThat(Suggestion.of(given, KNOWN)).isEqualTo("did you mean " + meant + "? ");
    }

    @ParameterizedTest
    @CsvSource({"median", "x", "'q'", "averaging_constant", "sta", "''"})
    void whatIsCloseToNoneIsNotGuessed(String given) {
        assertThat(Suggestion.of(given, KNOWN)).isEmpty();
    }
}
