// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.engine.kernel.BlockLayout;
import io.quantflux.engine.kernel.BlockParams;
import io.quantflux.engine.kernel.InstalledKernels;
import io.quantflux.engine.kernel.Kernels;
import io.quantflux.engine.kernel.LoopKernels;
import io.quantflux.engine.kernel.Minifloat;
import io.quantflux.engine.kernel.Observation;
import io.quantflux.engine.kernel.Parallelism;
import io.quantflux.engine.kernel.QuantizePass;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.FloatDType;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the vectors give beside what the plain loops give: every bit, sums and counts too. */
class ProviderTest {
    private final Kernels loops = new LoopKernels();
    private final SplittableRandom random = new SplittableRandom(17);

    /** The other tests of this module use whatever is installed. */
    @Test
    void theVectorKernelsAreInUseWhereTheyFit() {
        assertThat(InstalledKernels.get().name()).isEqualTo(Lanes.fit() ? "vector" + Lanes.BITS : "loops");
    }

    @Test
    void anyCutOfAnyTensorGivesTheSameBits() {
        for (int round = 0; round < 150; round++) {
            int run = round % 3 == 0 ? 1 + random.nextInt(300) : 1 << random.nextInt(13);
            int blocks = 1 + random.nextInt(1 + 20_000 / run);
            int outer = 1 + random.nextInt(3);
            Shape shape = Shape.of(outer, blocks, run);
            BlockLayout layout = BlockLayout.of(shape, Shape.of(random.nextBoolean() ? outer : 1, 1, run));
            for (ElementType type : ElementType.values()) {
                assertSame(tensor(shape, type), layout);
            }
        }
    }

    private void assertSame(Tensor tensor, BlockLayout layout) {
        Kernels vectors = InstalledKernels.get();
        Observation expected = Observation.of(tensor, layout, loops, Parallelism.NONE);
        Observation actual = Observation.of(tensor, layout, vectors, Parallelism.NONE);
        assertThat(actual.blockMin()).containsExactly(expected.blockMin());
        assertThat(actual.blockMax()).containsExactly(expected.blockMax());
        assertThat(actual.sumSquares()).isEqualTo(expected.sumSquares());
        assertThat(actual.nonFinite()).isEqualTo(expected.nonFinite());
        for (FloatDType dtype : FloatDType.values()) {
            assertSame(tensor, layout, Minifloat.of(dtype));
        }
        assertSame(tensor, layout, null);
    }

    private void assertSame(Tensor tensor, BlockLayout layout, @Nullable Minifloat format) {
        int blocks = layout.blocks();
        float[] scale = new float[blocks];
        float[] offset = new float[blocks];
        float[] low = new float[blocks];
        float[] high = new float[blocks];
        boolean[] mayClip = new boolean[layout.regions()];
        for (int i = 0; i < blocks; i++) {
            scale[i] = (float) Math.exp(random.nextDouble() * 6 - 5);
            offset[i] = format == null && random.nextBoolean() ? -scale[i] * random.nextInt(99) : 0;
            low[i] = -1 - random.nextInt(5);
            high[i] = 1 + random.nextInt(5);
        }
        Arrays.fill(
                mayClip,
                random.nextBoolean()); // which blocks are looked at is the provider's choice; all or none is not
        BlockParams params = new BlockParams(scale, offset, low, high, 0.501f);
        ByteBuffer expected = ByteBuffer.allocate(Kernels.outputBytes(tensor));
        ByteBuffer actual = ByteBuffer.allocate(Kernels.outputBytes(tensor));
        QuantizePass.Loss one = new QuantizePass(loops, format, layout, params, mayClip, true)
                .measure(tensor, expected, Parallelism.NONE);
        QuantizePass.Loss other = new QuantizePass(InstalledKernels.get(), format, layout, params, mayClip, true)
                .measure(tensor, actual, Parallelism.NONE);
        assertThat(actual).isEqualTo(expected);
        assertThat(other).isEqualTo(one);
    }

    /** Gaussian, with zeros, subnormals and large values among them. */
    private Tensor tensor(Shape shape, ElementType type) {
        ByteBuffer data =
                ByteBuffer.allocate((int) shape.elements() * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
            if (type == ElementType.FLOAT32) {
                float odd = random.nextBoolean() ? 0f : random.nextBoolean() ? Float.MIN_VALUE : -1e30f;
                data.putFloat(random.nextInt(20) == 0 ? odd : (float) random.nextGaussian());
            } else {
                short bits = (short) random.nextInt(1 << 16);
                data.putShort((bits & 0x7C00) == 0x7C00 || (bits & 0x7F80) == 0x7F80 ? 0 : bits);
            }
        }
        return new Tensor(shape, type, data.flip());
    }
}
