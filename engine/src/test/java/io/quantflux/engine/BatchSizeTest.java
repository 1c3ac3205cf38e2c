// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quantflux.engine.StepResult.Outcome;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Per block on activations when the batch size changes: {@code [N, C]}, blocks of two along C. */
class BatchSizeTest {
    private final CalibrationOperator operator =
            new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE);
    private final Tensor two = Tensor.of(Shape.of(2, 4), -1, 1, -2, 2, -3, 5, -4, 1);
    private final Tensor three = Tensor.of(Shape.of(3, 4), -8, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0);

    private CalibrationState after(String calculator, Granularity granularity, Tensor tensor) {
        QuantizationSpec spec = QuantizationSpec.builder()
                .granularity(granularity)
                .qparamCalculatorCls(calculator)
                .build();
        return operator.step(operator.start(spec, QuantizationTarget.ACTIVATION), tensor)
                .state();
    }

    private static float[] running(CalibrationState state, String name) {
        return requireNonNull(state.floats(name)).toArray();
    }

    @Test
    void aRunningRangeIsMergedOverTheBatchAndGoesOn() {
        for (Granularity granularity :
                List.of(new Granularity.PerBlock(1, 2), new Granularity.PerBlocks(List.of(1, 2)))) {
            CalibrationState before = after("global_minmax", granularity, two);
            CalibrationState now = operator.step(before, three).state();
            assertThat(requireNonNull(now.qparams()).shape()).isEqualTo(Shape.of(3, 2));
            assertThat(now.observations()).isEqualTo(2);
            assertThat(running(now, "running_min")).containsExactly(-8, -4, -3, -4, -3, -4);
            assertThat(running(now, "running_max")).containsExactly(5, 2, 5, 9, 5, 2);
        }
    }

    @Test
    void anAverageStartsFromTheMergedRange() {
        CalibrationState before = after("moving_average", new Granularity.PerBlock(-1, 2), two);
        CalibrationState now = operator.step(before, three).state();
        float c = 0.01f;
        float kept = 0.99f;
        assertThat(running(now, "running_min")[0]).isEqualTo(c * -8 + kept * -3);
        assertThat(running(now, "running_max")[5]).isEqualTo(kept * 2);
    }

    @Test
    void whatIsFrozenServesAnyBatchAndStays() {
        CalibrationState before = after("moving_average", new Granularity.PerBlock(1, 2), two);
        CalibrationState frozen = before.with(before.switches().withExportMode(true));
        StepResult result = operator.step(frozen, three);
        assertThat(result.outcome()).isEqualTo(Outcome.STORED);
        assertThat(result.state()).isEqualTo(frozen);
        assertThat(requireNonNull(result.qparams()).scale().toArray())
                .containsExactly(5 / 127.5f, 4 / 127.5f, 5 / 127.5f, 4 / 127.5f, 5 / 127.5f, 4 / 127.5f);
        assertThat(Tensors.values(result.output())[0]).isEqualTo(-128 * (5 / 127.5f));
    }

    @Test
    void aFixedRangeNeedsNoHistory() {
        QuantizationSpec spec = QuantizationSpec.builder()
                .granularity(new Granularity.PerBlock(1, 2))
                .floatRange(-1f, 1f)
                .build();
        CalibrationState before = operator.step(operator.start(spec, QuantizationTarget.ACTIVATION), two)
                .state();
        StepResult result = operator.step(before, three);
        assertThat(result.outcome()).isEqualTo(Outcome.STORED);
        assertThat(requireNonNull(result.qparams()).scale().toArray()).containsOnly(1 / 127.5f);
    }

    @Test
    void staticStartsAnewAndHasNothingWhenItMayNotObserve() {
        CalibrationState before = after("static", new Granularity.PerBlock(1, 2), two);
        assertThat(requireNonNull(operator.step(before, three).state().qparams())
                        .scale()
                        .get(0))
                .isEqualTo(8 / 127.5f);
        CalibrationState off = before.with(before.switches().withObserver(false));
        StepResult passed = operator.step(off, three);
        assertThat(passed.outcome()).isEqualTo(Outcome.NOT_READY);
        assertThat(passed.output()).isSameAs(three);
        assertThat(passed.state()).isEqualTo(off);
    }

    @Test
    void theBlockedAxisAndTheRankStay() {
        CalibrationState before = after("moving_average", new Granularity.PerBlock(1, 2), two);
        assertThatThrownBy(() -> operator.step(before, Tensor.of(Shape.of(2, 2), 1, 2, 3, 4)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage("shape was 2x2 but has qparams of shape 2x1, and those calibrated so far have shape 2x2");
        CalibrationState last = after("moving_average", new Granularity.PerBlock(-1, 2), two);
        assertThatThrownBy(() -> operator.step(last, Tensor.of(Shape.of(2, 1, 4), new float[8])))
                .isInstanceOf(InvalidSpecException.class);
        CalibrationState listed = after("moving_average", new Granularity.PerBlocks(List.of(2, 2)), two);
        assertThatThrownBy(() -> operator.step(listed, Tensor.of(Shape.of(4, 4), new float[16])))
                .isInstanceOf(InvalidSpecException.class);
    }

    @Test
    void oneRangeForTheWholeBatchHasOneShape() {
        CalibrationState before = after("moving_average", new Granularity.PerBlocks(List.of(-1, 2)), two);
        assertThat(requireNonNull(operator.step(before, three).state().qparams())
                        .shape())
                .isEqualTo(Shape.of(1, 2));
    }

    @Test
    void severalAxesMayChangeAtOnce() {
        Tensor small = Tensor.of(Shape.of(2, 2, 2), 1, 2, 3, 4, 5, 6, 7, 8);
        CalibrationState before = after("global_minmax", new Granularity.PerBlock(-1, 1), small);
        Tensor tiny = Tensor.of(Shape.of(1, 3, 2), new float[6]);
        assertThat(running(operator.step(before, tiny).state(), "running_max")).containsExactly(7, 8, 7, 8, 7, 8);
        Tensor longer = Tensor.of(Shape.of(2, 3, 2), new float[12]);
        assertThat(running(operator.step(before, longer).state(), "running_max"))
                .containsExactly(3, 4, 3, 4, 3, 4, 7, 8, 7, 8, 7, 8);
    }
}
