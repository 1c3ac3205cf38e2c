// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.spec.FloatDType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MinifloatTest {
    @ParameterizedTest
    @CsvSource({".25, 0", ".75, 1", "1.25, 1", "1.75, 2", "2.5, 2", "3.5, 4", "5, 4", "-5, -4", "-0.1, -0.0", "6, 6"})
    void fp4TiesGoToTheEvenCode(float value, float expected) {
        assertThat(Minifloat.of(FloatDType.FLOAT4_E2M1FN_X2).round(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(FloatDType.class)
    void everyCodeSurvivesDecodingAndEncoding(FloatDType dtype) {
        Minifloat format = Minifloat.of(dtype);
        for (int code = 0; code < 1 << dtype.bits(); code++) {
            float value = format.decode(code);
            if (Math.abs(value) <= dtype.max()) {
                assertThat(format.encode(value)).as("code %s, %s", code, value).isEqualTo(code);
                assertThat(format.round(value)).isEqualTo(value);
            }
        }
        assertThat(format.round(Float.NaN)).isNaN();
    }

    @ParameterizedTest
    @CsvSource({"FLOAT8_E4M3FN, 20, 0x1p-6", "FLOAT8_E5M2, 21, 0x1p-14", "FLOAT4_E2M1FN_X2, 22, 1"})
    void whatAFormatLacksOfFloat32(FloatDType dtype, int dropped, float minNormal) {
        assertThat(Minifloat.of(dtype).dropped()).isEqualTo(dropped);
        assertThat(Minifloat.of(dtype).minNormalBits()).isEqualTo(Float.floatToRawIntBits(minNormal));
    }

    @Test
    void nanHasACodeInFp8() {
        for (FloatDType dtype : new FloatDType[] {FloatDType.FLOAT8_E4M3FN, FloatDType.FLOAT8_E5M2}) {
            Minifloat format = Minifloat.of(dtype);
            assertThat(format.encode(Float.NaN)).isEqualTo(0x7F);
            assertThat(format.decode(0x7F)).isNaN();
        }
        assertThat(Minifloat.of(FloatDType.FLOAT8_E5M2).decode(0xFC)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(Minifloat.of(FloatDType.FLOAT8_E4M3FN).decode(0x7E)).isEqualTo(448);
    }
}
