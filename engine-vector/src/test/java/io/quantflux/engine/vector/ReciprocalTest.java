// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.engine.kernel.BlockParams;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Against the division, where the two could come to differ: around each half-integer times the scale. */
class ReciprocalTest {
    private static final int NEIGHBOURS = 3;
    private final SplittableRandom random = new SplittableRandom(29);

    private static BlockParams params(float scale, float low, float high) {
        return new BlockParams(new float[] {scale}, new float[] {0}, new float[] {low}, new float[] {high}, 0.501f);
    }

    private static boolean suits(float scale) {
        return Reciprocal.suits(params(scale, -512, 512), 0);
    }

    private static long differing(float scale) {
        float inverse = Reciprocal.inverse(scale);
        float rest = Reciprocal.rest(scale);
        long differing = 0;
        for (int half = 1; half < 1024; half += 2) {
            int tie = Float.floatToRawIntBits(half * 0.5f * scale);
            for (int ulps = -NEIGHBOURS; ulps <= NEIGHBOURS; ulps++) {
                float x = Float.intBitsToFloat(tie + ulps);
                double expected = Math.rint(x / scale);
                differing += Math.rint(Math.fma(x, inverse, x * rest)) == expected ? 0 : 1;
            }
        }
        return differing;
    }

    @Test
    void everyScaleThatSuitsRoundsAsTheDivisionDoes() {
        for (int i = 0; i < 3000; i++) {
            float scale = Float.intBitsToFloat((104 + random.nextInt(122)) << 23 | random.nextInt(1 << 23));
            if (suits(scale)) {
                assertThat(differing(scale)).as("scale %s", scale).isZero();
            }
        }
    }

    /** Just outside what is left to the division, where the midpoints are closest. */
    @Test
    void soDoThoseNextToTheOnesThatDoNot() {
        for (int i = 0; i < 3000; i++) {
            int step = random.nextInt(256) << 15 | 127 << 23;
            int beside = 9 + random.nextInt(4);
            float scale = Float.intBitsToFloat(random.nextBoolean() ? step + beside : step - beside);
            assertThat(suits(scale)).isTrue();
            assertThat(differing(scale)).as("scale %s", scale).isZero();
        }
    }

    @Test
    void everyMagnitudeRoundsAsTheDivisionDoes() {
        for (float scale : new float[] {3 / 127.5f, 0.125f}) {
            float inverse = Reciprocal.inverse(scale);
            float rest = Reciprocal.rest(scale);
            assertThat(suits(scale)).isTrue();
            long differing = 0;
            int first = Float.floatToRawIntBits(0.4f * scale);
            int last = Float.floatToRawIntBits(513f * scale);
            for (int bits = first; bits <= last; bits += 1) {
                float x = Float.intBitsToFloat(bits);
                float t = Math.fma(x, inverse, x * rest) + 12582912f;
                differing += t == x / scale + 12582912f ? 0 : 1;
            }
            assertThat(differing).isZero();
        }
    }

    @Test
    void scalesAndLimitsThatAreDoubtfulDoNotSuit() {
        assertThat(suits(Float.intBitsToFloat(127 << 23 | 5 << 15 | 1))).isFalse();
        assertThat(suits(Float.intBitsToFloat((127 << 23 | 5 << 15) - 8))).isFalse();
        assertThat(suits(0x1p-24f)).isFalse();
        assertThat(suits(0x1p101f)).isFalse();
        assertThat(suits(-0.1f)).isFalse();
        assertThat(suits(Float.NaN)).isFalse();
        assertThat(suits(0.1f)).isTrue();
        assertThat(suits(0x1p-23f)).isTrue();
        assertThat(Reciprocal.suits(params(0.1f, -513, 0), 0)).isFalse();
        assertThat(Reciprocal.suits(params(0.1f, 0, 513), 0)).isFalse();
    }
}
