// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FloatArrayTest {
    @Test
    void theLeastAndTheGreatestValueAreWhereverTheyStand() {
        FloatArray values = FloatArray.of(Shape.of(2, 2), 3, -1.5f, Float.POSITIVE_INFINITY, 0);
        assertThat(values.min()).isEqualTo(-1.5f);
        assertThat(values.max()).isEqualTo(Float.POSITIVE_INFINITY);
    }

    @Test
    void oneNanMakesBothNan() {
        FloatArray values = FloatArray.of(Shape.of(3), 1, Float.NaN, -1);
        assertThat(values.min()).isNaN();
        assertThat(values.max()).isNaN();
    }

    @Test
    void theShapeMustHoldTheValues() {
        assertThatThrownBy(() -> FloatArray.of(Shape.of(2), 1))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage("values was 1 values but shape 2 needs 2");
    }
}
