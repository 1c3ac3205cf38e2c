// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void itCountsItsElements() {
        assertThat(Shape.SCALAR.elements()).isEqualTo(1);
        assertThat(Shape.of(2, 3, 4).elements()).isEqualTo(24);
        assertThat(Shape.of(3, 0).elements()).isZero();
        assertThat(Shape.of(Integer.MAX_VALUE, Integer.MAX_VALUE).elements()).isEqualTo(4611686014132420609L);
    }

    @Test
    void moreElementsThanALongHoldsAreRefused() {
        int huge = Integer.MAX_VALUE;
        assertThatThrownBy(() -> Shape.of(huge, huge, huge))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("must have fewer than 2^63 elements");
    }

    @Test
    void extentsAndRankAreBounded() {
        assertThatThrownBy(() -> Shape.of(2, -1)).hasMessageContaining("every extent must be at least 0");
        assertThatThrownBy(() -> Shape.of(List.of(1L << 31))).hasMessageContaining("between 0 and 2^31-1");
        assertThatThrownBy(() -> Shape.of(List.of(-1L))).hasMessageContaining("between 0 and 2^31-1");
        assertThatThrownBy(() -> Shape.of(new int[17])).hasMessageContaining("at most 16 axes");
    }

    @Test
    void itIsAValue() {
        int[] dims = {2, 3};
        Shape shape = Shape.of(dims);
        dims[0] = 9;
        shape.toArray()[1] = 9;
        assertThat(shape)
                .isEqualTo(Shape.of(2, 3))
                .hasSameHashCodeAs(Shape.of(2, 3))
                .hasToString("2x3");
        assertThat(shape.toList()).containsExactly(2, 3);
        assertThat(shape).isNotEqualTo(Shape.of(3, 2)).isNotEqualTo(Shape.of(6));
        assertThat(Shape.SCALAR).hasToString("scalar");
        assertThat(Shape.of(List.of(2, 3L))).isEqualTo(shape);
    }
}
