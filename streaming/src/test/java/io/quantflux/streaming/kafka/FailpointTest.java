// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailpointTest {
    @Test
    void isReachedAtTheGivenPassageOfItsOwnPointAndNoOther() {
        Failpoint.Arming armed = Objects.requireNonNull(Failpoint.Arming.of("after-offsets:2"));
        assertThat(armed.isReachedAt(Failpoint.AFTER_OFFSETS)).isFalse();
        assertThat(armed.isReachedAt(Failpoint.AFTER_COMMIT)).isFalse();
        assertThat(armed.isReachedAt(Failpoint.AFTER_OFFSETS)).isTrue();
        assertThat(armed.isReachedAt(Failpoint.AFTER_OFFSETS)).isFalse();
    }

    @Test
    void isNotArmedWithoutTheProperty() {
        assertThat(Failpoint.Arming.of(null)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "after-offsets", "after-offsets:0", "after-offsets:x", "nowhere:1", ":1"})
    void refusesWhatIsNoPointAndPassage(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Failpoint.Arming.of(value))
                .withMessageContaining("'" + value + "'")
                .withMessageContaining("after-commit");
    }
}
