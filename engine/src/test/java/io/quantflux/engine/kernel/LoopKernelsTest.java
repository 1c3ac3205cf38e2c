// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.engine.ScalarOracle;
import io.quantflux.spec.FloatDType;
import io.quantflux.spec.Formulation;
import io.quantflux.spec.IntegerDType;
import io.quantflux.spec.QuantRange;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.Scheme;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The fast loops against the formulas as written, on values chosen to go wrong. */
class LoopKernelsTest {
    private static final float[] SCALES = {
        0.1f,
        0.0237f,
        1 / 128f,
        1,
        3.1e-3f,
        0x1p-23f,
        1e-38f,
        1e30f,
        3e38f / 255,
        0.33333334f,
        Float.POSITIVE_INFINITY,
        Float.NaN
    };
    private final Kernels kernels = new LoopKernels();

    private static float[] adversarial(float scale, float offset, int size) {
        SplittableRandom random = new SplittableRandom(42);
        float[] values = new float[size];
        float[] special = {
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            -0f,
            0f,
            Float.MIN_VALUE,
            -Float.MIN_VALUE,
            Float.MAX_VALUE,
            -Float.MAX_VALUE,
            Float.MIN_NORMAL,
            8388608f,
            8388609f,
            -4194303.5f,
            4194304.5f,
            1e30f,
            0.49999997f,
            -0.49999997f,
            0.5f,
            -0.5f,
            1.5f,
            2.5f
        };
        int i = 0;
        for (float value : special) {
            values[i++] = value;
            values[i++] = value * scale + offset;
        }
        for (int half = -400; half <= 400; half++) { // ties, and their neighbours on both sides
            float tie = half * 0.5f * scale + offset;
            for (int ulp = -2; ulp <= 2; ulp++) {
                values[i++] = Float.intBitsToFloat(Float.floatToRawIntBits(tie) + ulp);
            }
        }
        while (i < size / 2) {
            values[i++] = Float.intBitsToFloat(random.nextInt());
        }
        while (i < size) {
            values[i++] = (float) ((random.nextDouble() - 0.5) * 600 * scale + offset);
        }
        return values;
    }

    static Stream<QuantizationSpec> integers() {
        return Stream.of(IntegerDType.values()).flatMap(dtype -> Stream.of(Formulation.values())
                .flatMap(formulation -> Stream.of(Scheme.values()).map(scheme -> QuantizationSpec.builder()
                        .dtype(dtype)
                        .qscheme(scheme)
                        .qformulation(formulation)
                        .build())));
    }

    @ParameterizedTest
    @MethodSource("integers")
    void integersEqualTheFormulaInEveryBit(QuantizationSpec spec) {
        QuantRange range = spec.quantRange();
        QuantizeKernel kernel = spec.qformulation() == Formulation.ZP ? kernels.zeroPoint() : kernels.minval();
        for (float scale : SCALES) {
            for (int zero : new int[] {(int) range.min(), 0, (int) range.max()}) {
                float minval = -3.7f * scale;
                float quantOffset = spec.qformulation() == Formulation.ZP ? zero : range.min();
                float floatOffset = spec.qformulation() == Formulation.ZP ? 0 : minval;
                float[] x = adversarial(scale, floatOffset, 8192);
                float[] expected = new float[x.length];
                for (int i = 0; i < x.length; i++) {
                    expected[i] = ScalarOracle.fakeQuantize(spec, x[i], scale, zero, minval);
                }
                assertEqual(kernel, x, expected, params(x.length, scale, floatOffset, range, quantOffset));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(FloatDType.class)
    void floatsEqualALookAtEveryValueOfTheFormat(FloatDType dtype) {
        QuantizationSpec spec = QuantizationSpec.builder().dtype(dtype).build();
        QuantizeKernel kernel = kernels.minifloat(Minifloat.of(dtype));
        for (float scale : new float[] {1, 0x1p-9f, 0.0237f, 0x1p-126f, 0x1p120f}) {
            float[] x = adversarial(scale, 0, 30_000);
            float[] expected = new float[x.length];
            for (int i = 0; i < x.length; i++) {
                expected[i] = ScalarOracle.fakeQuantize(spec, x[i], scale, 0, 0);
            }
            assertEqual(kernel, x, expected, params(x.length, scale, 0, spec.quantRange(), 0));
        }
    }

    private static BlockParams params(int blocks, float scale, float offset, QuantRange range, float zero) {
        return new BlockParams(
                filled(blocks, scale),
                filled(blocks, offset),
                filled(blocks, range.min() - zero),
                filled(blocks, range.max() - zero),
                0.5f);
    }

    private static float[] filled(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return values;
    }

    private static void assertEqual(QuantizeKernel kernel, float[] x, float[] expected, BlockParams params) {
        float[] run = new float[x.length];
        float[] row = new float[x.length];
        kernel.run(x, run, 0, x.length, params, 0);
        kernel.each(x, row, 0, x.length, params);
        for (int i = 0; i < x.length; i++) {
            int bits = Float.floatToIntBits(expected[i]);
            if (Float.floatToIntBits(run[i]) != bits || Float.floatToIntBits(row[i]) != bits) {
                assertThat(run[i])
                        .as("run of x = %s, scale %s", x[i], params.scale()[0])
                        .isEqualTo(expected[i]);
                assertThat(row[i])
                        .as("row of x = %s, scale %s", x[i], params.scale()[0])
                        .isEqualTo(expected[i]);
                throw new AssertionError("a zero of the other sign for x = " + x[i]);
            }
        }
    }

    @Test
    void eachElementUsesItsOwnParams() {
        BlockParams params =
                new BlockParams(new float[] {9, 1, 2, 4, 9}, new float[5], filled(5, -8), filled(5, 7), 0.5f);
        float[] y = new float[5];
        kernels.zeroPoint().each(new float[] {99, 3, 3, 3, 99}, y, 1, 4, params);
        assertThat(y).containsExactly(0, 3, 4, 4, 0); // 3/2 is a tie, to 2; 3/4 is nearest to 1
        float[] min = filled(4, Float.POSITIVE_INFINITY);
        kernels.minEach(new float[] {99, 3, -3, 7, 99}, 1, 4, min, 1);
        assertThat(min).containsExactly(Float.POSITIVE_INFINITY, 3, -3, 7);
        float[] max = filled(4, Float.NEGATIVE_INFINITY);
        kernels.maxEach(new float[] {99, 3, -3, 7, 99}, 1, 4, max, 0);
        assertThat(max).containsExactly(3, -3, 7, Float.NEGATIVE_INFINITY);
    }

    @Test
    void boundsPassOverNaN() {
        float[] x = {1, Float.NaN, -5, 4, 9, -7, 2};
        assertThat(kernels.min(x, 0, 7)).isEqualTo(-7);
        assertThat(kernels.max(x, 0, 7)).isEqualTo(9);
        assertThat(kernels.min(x, 2, 4)).isEqualTo(-5);
        assertThat(kernels.max(x, 2, 4)).isEqualTo(4);
        assertThat(kernels.min(x, 1, 2)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(kernels.max(x, 2, 2)).isEqualTo(Float.NEGATIVE_INFINITY);
    }

    @Test
    void sumsFollowTheDocumentedOrder() {
        float[] x = adversarial(0.01f, 0, 8192);
        for (int i = 0; i < x.length; i++) {
            x[i] = Float.isFinite(x[i]) ? x[i] : 1;
        }
        for (int count : new int[] {0, 1, 7, 8, 9, 2047, 8192}) {
            double[] l = new double[8];
            for (int i = 0; i < count; i++) {
                l[i % 8] += (double) x[i] * x[i];
            }
            double expected = ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]));
            assertThat(kernels.sumSquares(x, count)).isEqualTo(expected);
        }
    }

    @Test
    void clippedAndUnderflowedCountWhatTheySay() {
        float[] scales = filled(8, 0.5f);
        BlockParams params = new BlockParams(scales, new float[8], filled(8, -8), filled(8, 7), 0.5f);
        float[] x = {3.5f, 3.75f, Math.nextUp(3.75f), -4.25f, Math.nextDown(-4.25f), 9, -9, 0};
        float[] run = filled(8, 1);
        float[] each = new float[8];
        kernels.countClipped(x, 0, 8, params, 3, run);
        kernels.countClippedEach(x, 0, 8, params, each);
        assertThat(run).containsExactly(1, 1, 2, 1, 2, 2, 2, 1);
        assertThat(each).containsExactly(0, 0, 1, 0, 1, 1, 1, 0);
        float[] underflowed = new float[7];
        float tiny = Float.MIN_VALUE;
        kernels.countUnderflowed(
                new float[] {0, -0f, 0.1f, tiny, 2, tiny, -1e30f},
                new float[] {0, 0, 0, -0f, 2, tiny, 1e-30f},
                7,
                underflowed);
        assertThat(underflowed).containsExactly(0, 0, 1, 1, 0, 0, 0);
    }
}
