// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ScratchTest {

    @Test
    void closingFreesEveryArrayEvenTwoOverOneBuffer() {
        INDArray array = Nd4j.zeros(DataType.FLOAT, 4, 6);
        INDArray reshaped = array.reshape(24);
        INDArray other;
        try (Scratch scratch = new Scratch()) {
            scratch.own(array);
            scratch.own(reshaped);
            other = scratch.like(array, 2, 2);
            assertThat(array.wasClosed()).isFalse();
        }
        assertThat(array.wasClosed()).isTrue();
        assertThat(reshaped.wasClosed()).isTrue();
        assertThat(other.wasClosed()).isTrue();
    }

    @Test
    void aViewFreesNothingOfWhatItLooksAt() {
        try (INDArray array = Nd4j.ones(DataType.FLOAT, 4, 6)) {
            try (Scratch scratch = new Scratch()) {
                scratch.own(array.getRow(1));
            }
            assertThat(array.wasClosed()).isFalse();
            assertThat(array.sumNumber().intValue()).isEqualTo(24);
        }
    }
}
