// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What several threads make of a tensor is what one makes of it. */
class SharedWorkTest {
    private static final int TASK = Parallelism.TASK;
    private static final int ELEMENTS = 4 * TASK + 17;
    private static final BlockLayout WHOLE = BlockLayout.of(Shape.of(ELEMENTS), Shape.of(ELEMENTS));

    private final Kernels kernels = new LoopKernels();
    private final float[] values = gaussian();

    private static float[] gaussian() {
        Random random = new Random(3);
        float[] values = new float[ELEMENTS];
        for (int i = 0; i < ELEMENTS; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private Observation observed(int tasks) {
        Parallelism parallelism = tasks == 1 ? Parallelism.NONE : Parallelism.commonPool(tasks);
        return Observation.of(Tensor.of(Shape.of(ELEMENTS), values), WHOLE, kernels, parallelism);
    }

    @Test
    void aTaskHasFourPartsAtLeast() {
        Parallelism many = Parallelism.commonPool(99);
        assertThat(Parts.of(2 * TASK - 1, many).tasks()).isEqualTo(2);
        assertThat(Parts.of(2 * TASK - Parallelism.PART, many).tasks()).isEqualTo(1);
        assertThat(Parts.of(1, many).tasks()).isEqualTo(1);
        assertThat(Parts.of(ELEMENTS, many).tasks()).isEqualTo(4);
        assertThat(Parts.of(ELEMENTS, Parallelism.commonPool(0)).tasks()).isEqualTo(1);
    }

    private void sameAsAlone(int tasks) {
        Observation alone = observed(1);
        Observation shared = observed(tasks);
        assertThat(shared.nonFinite()).isEqualTo(alone.nonFinite());
        assertThat(shared.blockMin()).isEqualTo(alone.blockMin());
        assertThat(shared.blockMax()).isEqualTo(alone.blockMax());
        assertThat(shared.min()).isEqualTo(alone.min());
        assertThat(shared.max()).isEqualTo(alone.max());
        assertThat(shared.sumSquares()).isEqualTo(alone.sumSquares());
    }

    @Test
    void observesTheSameWhateverTheNumberOfTasks() {
        for (int tasks = 2; tasks <= 5; tasks++) {
            sameAsAlone(tasks);
        }
    }

    @Test
    void countsNonFiniteElementsOfEveryTask() {
        for (int task = 0; task < 4; task++) {
            for (int i = 0; i <= task; i++) {
                values[task * TASK + 3 * i] = Float.NaN;
                values[task * TASK + 3 * i + 1] = Float.POSITIVE_INFINITY;
                values[task * TASK + 3 * i + 2] = Float.NEGATIVE_INFINITY;
            }
        }
        assertThat(observed(4).nonFinite().nan()).isEqualTo(10);
        assertThat(observed(4).nonFinite().positiveInfinity()).isEqualTo(10);
        assertThat(observed(4).nonFinite().negativeInfinity()).isEqualTo(10);
        assertThat(observed(4).nonFinite().firstIndex()).isZero();
        sameAsAlone(4);
        values[0] = 1;
        values[1] = 1;
        values[2] = 1;
        assertThat(observed(4).nonFinite().firstIndex()).isEqualTo(TASK);
        sameAsAlone(4);
    }

    @Test
    void refusesAnswersForOtherRegions() {
        BlockParams params = new BlockParams(new float[1], new float[1], new float[1], new float[1], 0.5f);
        assertThatThrownBy(() -> new QuantizePass(kernels, null, WHOLE, params, new boolean[] {true}, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1 answers for " + WHOLE.regions() + " regions");
    }

    @Test
    void quantizesTheSameMeasuredOrNotWhateverTheNumberOfTasks() {
        float[] scale = {0.02f};
        BlockParams params = new BlockParams(scale, new float[] {0}, new float[] {-128}, new float[] {127}, 0.5f);
        Tensor x = Tensor.of(Shape.of(ELEMENTS), values);
        boolean[] mayClip =
                observed(4).regionsWhere((min, max, block) -> min < -128.5f * 0.02f || max > 127.5f * 0.02f);
        QuantizePass pass = new QuantizePass(kernels, null, WHOLE, params, mayClip, true);
        ByteBuffer alone = ByteBuffer.allocate(Kernels.outputBytes(x));
        QuantizePass.Loss loss = pass.measure(x, alone, Parallelism.NONE);
        assertThat(loss.clipped()).isPositive();
        for (int tasks = 1; tasks <= 4; tasks++) {
            ByteBuffer shared = ByteBuffer.allocate(alone.capacity());
            assertThat(pass.measure(x, shared, Parallelism.commonPool(tasks))).isEqualTo(loss);
            assertThat(shared.array()).isEqualTo(alone.array());
            Tensor output = pass.run(x, ByteBuffer.allocate(alone.capacity()), Parallelism.commonPool(tasks));
            assertThat(output.data()).isEqualTo(new Tensor(x.shape(), x.elementType(), alone).data());
        }
    }
}
