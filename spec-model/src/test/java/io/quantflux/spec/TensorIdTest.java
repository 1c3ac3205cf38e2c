// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorIdTest {
    @Test
    void isEqualAsItsTextIs() {
        TensorId id = new TensorId("run/layer");
        assertThat(id).isEqualTo(new TensorId("run/layer")).hasSameHashCodeAs(new TensorId("run/layer"));
        assertThat(id)
                .isNotEqualTo(new TensorId("run/other"))
                .isNotEqualTo("run/layer")
                .isNotEqualTo(null);
        assertThat(id).hasToString("run/layer").isLessThan(new TensorId("run/other"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "run/läyer", "run\n"})
    void refusesOtherCharacters(String value) {
        assertThatThrownBy(() -> new TensorId(value))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("must be one or more of A-Z a-z 0-9 _ . / : -");
    }

    @Test
    void isAtMost249CharactersLong() {
        assertThat(new TensorId("x".repeat(249)).value()).hasSize(249);
        assertThatThrownBy(() -> new TensorId("x".repeat(250)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("250 characters");
    }
}
