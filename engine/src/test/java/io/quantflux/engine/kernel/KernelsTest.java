// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quantflux.engine.ScalarOracle;
import io.quantflux.spec.FloatDType;
import io.quantflux.spec.Formulation;
import io.quantflux.spec.IntegerDType;
import io.quantflux.spec.QuantRange;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.Scheme;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernels in use against the formulas as written, on values chosen to go wrong. */
class KernelsTest {
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
    private final Kernels kernels = InstalledKernels.get();

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
                assertEqual(null, x, expected, params(x.length, scale, floatOffset, range, quantOffset));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(FloatDType.class)
    void floatsEqualALookAtEveryValueOfTheFormat(FloatDType dtype) {
        QuantizationSpec spec = QuantizationSpec.builder().dtype(dtype).build();
        Minifloat format = Minifloat.of(dtype);
        for (float scale : new float[] {1, 0x1p-9f, 0.0237f, 0x1p-126f, 0x1p120f}) {
            float[] x = adversarial(scale, 0, 32_000);
            float[] expected = new float[x.length];
            for (int i = 0; i < x.length; i++) {
                expected[i] = ScalarOracle.fakeQuantize(spec, x[i], scale, 0, 0);
            }
            assertEqual(format, x, expected, params(x.length, scale, 0, spec.quantRange(), 0));
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

    /** As they are, and without what is not finite, which may take other loops. */
    private void assertEqual(@Nullable Minifloat format, float[] x, float[] expected, BlockParams params) {
        assertEqual(format, x, expected, params, false);
        if (params.regular()) {
            float[] finite = x.clone();
            float[] results = expected.clone();
            for (int i = 0; i < x.length; i++) {
                if (!Float.isFinite(x[i])) {
                    finite[i] = x[x.length - 1];
                    results[i] = expected[x.length - 1];
                }
            }
            assertEqual(format, finite, results, params, true);
        }
    }

    /** In one block, in rows, in blocks of 32 and of 64, and in blocks that no vector fits. */
    private void assertEqual(
            @Nullable Minifloat format, float[] x, float[] expected, BlockParams params, boolean known) {
        for (int run : new int[] {x.length, 1, 32, 64, 5, x.length / 2}) {
            if (x.length % run != 0) {
                continue;
            }
            Shape shape = Shape.of(x.length / run, run);
            BlockLayout layout = BlockLayout.of(shape, Shape.of(1, run));
            Tensor tensor = Tensor.of(shape, x);
            boolean[] mayClip = new boolean[layout.regions()];
            Arrays.fill(mayClip, true);
            QuantizePass pass = new QuantizePass(kernels, format, layout, params, mayClip, known);
            ByteBuffer plain = ByteBuffer.allocate(4 * x.length);
            ByteBuffer measured = ByteBuffer.allocateDirect(4 * x.length);
            pass.run(tensor, plain, Parallelism.NONE);
            pass.measure(tensor, measured, Parallelism.NONE);
            assertSameBits(expected, x, plain, params);
            assertSameBits(expected, x, measured, params);
        }
    }

    private static void assertSameBits(float[] expected, float[] x, ByteBuffer y, BlockParams params) {
        FloatBuffer values = y.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        for (int i = 0; i < x.length; i++) {
            if (Float.floatToIntBits(values.get(i)) != Float.floatToIntBits(expected[i])) {
                throw new AssertionError("x = " + x[i] + ", scale " + params.scale()[0] + ": was " + values.get(i)
                        + " and not " + expected[i]);
            }
        }
    }

    /** In groups whose size divides neither a vector nor a chunk, and in those that do. */
    @Test
    void boundsAreThoseOfEachBlock() {
        SplittableRandom random = new SplittableRandom(3);
        for (int run : new int[] {1, 2, 3, 8, 16, 32, 48, 49, 128, 784, 4096, 5000, 9000}) {
            for (int blocks : new int[] {1, 3, 16, 17, 100}) {
                Shape shape = Shape.of(2, blocks, run);
                float[] x = new float[2 * blocks * run];
                for (int i = 0; i < x.length; i++) {
                    x[i] = (float) random.nextGaussian();
                }
                x[random.nextInt(x.length)] = Float.NEGATIVE_INFINITY;
                BlockLayout layout = BlockLayout.of(shape, Shape.of(2, 1, run));
                Observation seen = Observation.of(Tensor.of(shape, x), layout, kernels, Parallelism.NONE);
                float[] min = filled(blocks, Float.POSITIVE_INFINITY);
                float[] max = filled(blocks, Float.NEGATIVE_INFINITY);
                for (int i = 0; i < x.length; i++) {
                    int block = i / run % blocks;
                    min[block] = Math.min(min[block], x[i]);
                    max[block] = Math.max(max[block], x[i]);
                }
                assertThat(seen.blockMin()).as("runs of %s", run).containsExactly(min);
                assertThat(seen.blockMax()).as("runs of %s", run).containsExactly(max);
            }
        }
    }

    @Test
    void sumsFollowTheDocumentedOrder() {
        SplittableRandom random = new SplittableRandom(4);
        for (int count : new int[] {1, 31, 32, 33, 2047, 2048, 2049, 4095, 4096, 4097, 300_000}) {
            float[] x = new float[count];
            for (int i = 0; i < count; i++) {
                x[i] = (float) random.nextGaussian();
            }
            Tensor tensor = Tensor.of(Shape.of(count), x);
            BlockLayout whole = BlockLayout.of(tensor.shape(), tensor.shape());
            assertThat(Observation.of(tensor, whole, kernels, Parallelism.NONE).sumSquares())
                    .isEqualTo(documented(x));
            BlockParams params = params(1, 0.02f, 0, QuantizationSpec.DEFAULT.quantRange(), 0);
            ByteBuffer y = ByteBuffer.allocate(4 * count);
            double error = new QuantizePass(kernels, null, whole, params, new boolean[whole.regions()], true)
                    .measure(tensor, y, Parallelism.NONE)
                    .squaredError();
            FloatBuffer values = y.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            for (int i = 0; i < count; i++) {
                x[i] -= values.get(i);
            }
            assertThat(error).isEqualTo(documented(x));
        }
    }

    /** {@link Sums}, as it says. */
    private static double documented(float[] x) {
        double total = 0;
        double part = 0;
        for (int start = 0; start < x.length; start += ElementReader.CHUNK) {
            if (start % Parallelism.PART == 0) {
                total += part;
                part = 0;
            }
            int end = Math.min(x.length, start + ElementReader.CHUNK);
            int whole = end - (end - start) % 32;
            double chunk = 0;
            for (int group = start; group < whole; group += 2048) {
                float[] lanes = new float[32];
                for (int i = group; i < Math.min(whole, group + 2048); i++) {
                    lanes[i % 32] += x[i] * x[i];
                }
                double[] four = new double[4];
                for (int i = 0; i < 16; i++) {
                    four[i % 4] += lanes[i] + lanes[i + 16];
                }
                chunk += (four[0] + four[2]) + (four[1] + four[3]);
            }
            for (int i = whole; i < end; i++) {
                chunk += (double) x[i] * x[i];
            }
            part += chunk;
        }
        return total + part;
    }

    @Test
    void sumsOfTinyAndOfHugeValuesAreAccurate() {
        for (float value : new float[] {0x1p-140f, 0x1p-70f, 0x1p-45f, 0x1p64f, 0x1p126f, 1.1f}) {
            float[] x = filled(10_000, value);
            Tensor tensor = Tensor.of(Shape.of(x.length), x);
            BlockLayout whole = BlockLayout.of(tensor.shape(), tensor.shape());
            double exact = 10_000 * ((double) value * value);
            assertThat(Observation.of(tensor, whole, kernels, Parallelism.NONE).sumSquares())
                    .isCloseTo(exact, within(exact * 4e-6));
        }
    }

    @Test
    void clippedAndUnderflowedCountWhatTheySay() {
        float[] eight = {3.5f, 3.75f, Math.nextUp(3.75f), -4.25f, Math.nextDown(-4.25f), 9, -9, 0};
        float tiny = Float.MIN_VALUE;
        float[] small = {0, -0f, 0.1f, tiny, 2, -tiny, -0.25f, 0.2501f};
        for (int run : new int[] {1, 5, 32, 8000}) {
            float[] x = new float[8000];
            float[] z = new float[8000];
            for (int i = 0; i < x.length; i++) {
                x[i] = eight[i % 8];
                z[i] = small[i % 8];
            }
            BlockParams params =
                    new BlockParams(filled(8000, 0.5f), new float[8000], filled(8000, -8), filled(8000, 7), 0.5f);
            assertThat(loss(x, run, params, true).clipped()).isEqualTo(4000);
            assertThat(loss(x, run, params, false).clipped()).isZero();
            assertThat(loss(z, run, params, true).underflowed()).isEqualTo(4000);
        }
    }

    private QuantizePass.Loss loss(float[] x, int run, BlockParams params, boolean clips) {
        Shape shape = Shape.of(x.length / run, run);
        BlockLayout layout = BlockLayout.of(shape, Shape.of(1, run));
        boolean[] mayClip = new boolean[layout.regions()];
        Arrays.fill(mayClip, clips);
        return new QuantizePass(kernels, null, layout, params, mayClip, true)
                .measure(Tensor.of(shape, x), ByteBuffer.allocate(4 * x.length), Parallelism.NONE);
    }

    @Test
    void manyTasksGiveTheBitsOfOne() {
        SplittableRandom random = new SplittableRandom(8);
        Shape shape = Shape.of(3, 7, 150_011);
        float[] x = new float[(int) shape.elements()];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        x[3_000_000] = Float.NaN;
        x[1_000_000] = Float.POSITIVE_INFINITY;
        Tensor tensor = Tensor.of(shape, x);
        for (Shape block : new Shape[] {shape, Shape.of(3, 1, 150_011), Shape.of(3, 7, 1), Shape.of(1, 1, 150_011)}) {
            BlockLayout layout = BlockLayout.of(shape, block);
            BlockParams params = params(layout.blocks(), 0.02f, 0, QuantizationSpec.DEFAULT.quantRange(), 0);
            QuantizePass pass = new QuantizePass(kernels, null, layout, params, new boolean[layout.regions()], false);
            Observation alone = Observation.of(tensor, layout, kernels, Parallelism.NONE);
            ByteBuffer y = ByteBuffer.allocate(4 * x.length);
            QuantizePass.Loss loss = pass.measure(tensor, y, Parallelism.NONE);
            for (int tasks : new int[] {2, 3, 99}) {
                Observation shared = Observation.of(tensor, layout, kernels, Parallelism.commonPool(tasks));
                assertThat(shared.blockMin()).isEqualTo(alone.blockMin());
                assertThat(shared.blockMax()).isEqualTo(alone.blockMax());
                assertThat(shared.sumSquares()).isEqualTo(alone.sumSquares());
                assertThat(shared.nonFinite()).isEqualTo(alone.nonFinite());
                ByteBuffer z = ByteBuffer.allocate(4 * x.length);
                assertThat(pass.measure(tensor, z, Parallelism.commonPool(tasks)))
                        .isEqualTo(loss);
                assertThat(z).isEqualTo(y);
            }
        }
    }

    /** Buffers that start anywhere, lie outside the heap or may not be written to. */
    @Test
    void whereTheBytesLieMakesNoDifference() {
        float[] x = adversarial(0.02f, 0, 8192);
        Tensor plain = Tensor.of(Shape.of(x.length), x);
        ByteBuffer offset = ByteBuffer.allocate(4 * x.length + 3)
                .position(3)
                .slice()
                .put(plain.data())
                .flip();
        ByteBuffer direct =
                ByteBuffer.allocateDirect(4 * x.length).put(plain.data()).flip();
        BlockLayout whole = BlockLayout.of(plain.shape(), plain.shape());
        BlockParams params = params(1, 0.02f, 0, QuantizationSpec.DEFAULT.quantRange(), 0);
        QuantizePass pass = new QuantizePass(kernels, null, whole, params, new boolean[whole.regions()], false);
        ByteBuffer y = ByteBuffer.allocate(4 * x.length);
        QuantizePass.Loss loss = pass.measure(plain, y, Parallelism.NONE);
        for (ByteBuffer data : new ByteBuffer[] {offset, direct, offset.asReadOnlyBuffer()}) {
            Tensor tensor = new Tensor(plain.shape(), plain.elementType(), data);
            ByteBuffer z = ByteBuffer.allocate(4 * x.length + 5).position(5).slice();
            assertThat(pass.measure(tensor, z, Parallelism.NONE)).isEqualTo(loss);
            assertThat(z).isEqualTo(y);
            assertThat(Observation.of(tensor, whole, kernels, Parallelism.NONE).sumSquares())
                    .isEqualTo(Observation.of(plain, whole, kernels, Parallelism.NONE)
                            .sumSquares());
        }
    }
}
