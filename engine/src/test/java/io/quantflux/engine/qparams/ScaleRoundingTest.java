// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.qparams;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.spec.FloatDType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** By hand what the golden cases have from torchao: magnitudes at which the modes part. */
class ScaleRoundingTest {
    private static final FloatDType FP4 = FloatDType.FLOAT4_E2M1FN_X2;

    @ParameterizedTest
    @CsvSource({
        // magnitude, floor, ceil, even, rceil; FP4: greatest value 6, its power of two 4, one bit of mantissa
        "4,    1, 1, 1, 1",
        "4.5,  1, 2, 1, 1",
        "6,    1, 2, 1, 1",
        "6.5,  1, 2, 1, 2",
        "7,    1, 2, 2, 2",
        "7.5,  1, 2, 2, 2",
        "8,    2, 2, 2, 2",
        "0.75, 0.125, 0.25, 0.125, 0.125",
    })
    void modesPartWhereTheirNamesSay(float magnitude, float floor, float ceil, float even, float rceil) {
        assertThat(ScaleRounding.FLOOR.scale(magnitude, FP4)).isEqualTo(floor);
        assertThat(ScaleRounding.CEIL.scale(magnitude, FP4)).isEqualTo(ceil);
        assertThat(ScaleRounding.EVEN.scale(magnitude, FP4)).isEqualTo(even);
        assertThat(ScaleRounding.RCEIL.scale(magnitude, FP4)).isEqualTo(rceil);
    }

    @ParameterizedTest
    @EnumSource
    void specialValuesAreDefined(ScaleRounding rounding) {
        for (FloatDType dtype : FloatDType.values()) {
            assertThat(rounding.scale(0, dtype)).isEqualTo(0x1p-126f);
            assertThat(rounding.scale(Float.MIN_VALUE, dtype)).isEqualTo(0x1p-126f);
            float infinite = Math.scalb(1f, 128 - dtype.maxPow2());
            assertThat(rounding.scale(Float.POSITIVE_INFINITY, dtype))
                    .isEqualTo(rounding == ScaleRounding.RCEIL ? 0x1p127f : infinite);
            assertThat((Float) rounding.scale(Float.NaN, dtype))
                    .isEqualTo((Float) (rounding == ScaleRounding.FLOOR ? infinite : Float.NaN));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CEIL", "RCEIL"})
    void roundingUpClipsNothing(ScaleRounding rounding) {
        for (FloatDType dtype : FloatDType.values()) {
            for (float magnitude = 1; magnitude < 64; magnitude += 0.37f) {
                float scale = rounding.scale(magnitude, dtype);
                assertThat(magnitude / scale).isLessThanOrEqualTo(dtype.max()).isGreaterThan(dtype.max() / 4);
            }
        }
    }
}
