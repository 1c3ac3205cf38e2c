// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HalfFloatsTest {
    /** IEEE binary16 by its definition. */
    private static double decode16(int half) {
        int exponent = (half >> 10) & 31;
        int fraction = half & 1023;
        double magnitude = exponent == 31
                ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
                : exponent == 0 ? fraction * 0x1p-24 : Math.scalb(1024.0 + fraction, exponent - 25);
        return (half & 0x8000) == 0 ? magnitude : -magnitude;
    }

    @Test
    void everyHalfSurvivesTheWayThroughFloat() {
        for (int half = 0; half < 65536; half++) {
            float wide = HalfFloats.fromFloat16((short) half);
            assertThat(Double.compare(wide, decode16(half))).as("%s", half).isZero();
            float brain = HalfFloats.fromBFloat16((short) half);
            if (!Float.isNaN(wide)) {
                assertThat(HalfFloats.toFloat16(wide)).isEqualTo((short) half);
            }
            if (!Float.isNaN(brain)) {
                assertThat(HalfFloats.toBFloat16(brain)).isEqualTo((short) half);
            }
        }
        assertThat(HalfFloats.fromFloat16(HalfFloats.toFloat16(Float.NaN))).isNaN();
        assertThat(HalfFloats.fromBFloat16(HalfFloats.toBFloat16(Float.intBitsToFloat(0x7F800001))))
                .isNaN();
    }

    @Test
    void narrowingIsToNearestWithTiesToEven() {
        SplittableRandom random = new SplittableRandom(3);
        for (int round = 0; round < 200_000; round++) {
            int half = random.nextInt(0x7BFF);
            double low = decode16(half);
            double high = decode16(half + 1);
            float value =
                    round % 4 == 0 ? (float) ((low + high) / 2) : (float) (low + (high - low) * random.nextDouble());
            double nearer = (high - value) - (value - low);
            int expected = nearer == 0 ? half + (half & 1) : nearer > 0 ? half : half + 1;
            assertThat(HalfFloats.toFloat16(value)).as("%s", value).isEqualTo((short) expected);
            assertThat(HalfFloats.toFloat16(-value)).as("-%s", value).isEqualTo((short) (expected | 0x8000));
        }
        for (int round = 0; round < 200_000; round++) {
            int bits = random.nextInt(0x7F7F0000);
            int rest = round % 4 == 0 ? 0x8000 : bits & 0xFFFF;
            int brain = bits >>> 16;
            int expected = rest == 0x8000 ? brain + (brain & 1) : rest > 0x8000 ? brain + 1 : brain;
            assertThat(HalfFloats.toBFloat16(Float.intBitsToFloat((brain << 16) | rest)))
                    .isEqualTo((short) expected);
        }
    }

    @Test
    void whatIsTooLargeBecomesInfinite() {
        assertThat(HalfFloats.toFloat16(65519.996f)).isEqualTo((short) 0x7BFF);
        assertThat(HalfFloats.toFloat16(65520f)).isEqualTo((short) 0x7C00);
        assertThat(HalfFloats.toFloat16(-1e30f)).isEqualTo((short) 0xFC00);
        assertThat(HalfFloats.toBFloat16(Float.MAX_VALUE)).isEqualTo((short) 0x7F80);
        assertThat(HalfFloats.toFloat16(1e-10f)).isZero();
    }
}
