// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockParamsTest {
    private static BlockParams with(int array, float value) {
        float[][] arrays = IntStream.range(0, 4)
                .mapToObj(i -> new float[] {1, i == array ? value : 2, 3})
                .toArray(float[][]::new);
        return new BlockParams(arrays[0], arrays[1], arrays[2], arrays[3], 0.5f);
    }

    @Test
    void finiteNumbersAreRegular() {
        assertThat(with(0, -Float.MAX_VALUE).regular()).isTrue();
    }

    @Test
    void aScaleOfZeroIsNot() {
        assertThat(with(0, -0f).regular()).isFalse();
        assertThat(with(1, 0).regular()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"0, NaN", "1, -Infinity", "2, Infinity", "3, NaN"})
    void oneThatIsNotIsFoundInEachArray(int array, float value) {
        assertThat(with(array, value).regular()).isFalse();
    }
}
