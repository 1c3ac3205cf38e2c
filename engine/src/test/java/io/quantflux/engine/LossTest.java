// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quantflux.engine.kernel.BlockLayout;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.FloatDType;
import io.quantflux.spec.Formulation;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Scheme;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Switches;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorStatistics;
import io.quantflux.spec.TensorStatistics.NonFinite;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is counted as lost, by hand: each side of the range, each formulation, and beside values that are not finite. */
class LossTest {
    private static final float INF = Float.POSITIVE_INFINITY;
    private final CalibrationOperator operator =
            new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE);

    private CalibrationState calibrated(QuantizationSpec spec, Tensor tensor) {
        CalibrationState state = operator.start(spec, QuantizationTarget.ACTIVATION);
        return operator.step(state, tensor).state().with(Switches.INITIAL.withObserver(false));
    }

    private static QuantizationSpec asymmetric(Formulation formulation) {
        return QuantizationSpec.builder()
                .qscheme(Scheme.ASYMMETRIC)
                .qformulation(formulation)
                .build();
    }

    /** As runs, and as rows. */
    @Test
    void clippingIsCountedFromMinval() {
        for (Granularity granularity : List.of(new Granularity.PerTensor(), new Granularity.PerChannel(1))) {
            QuantizationSpec spec = asymmetric(Formulation.MINVAL).with(granularity);
            float[] fit = new float[600];
            float[] wild = new float[600];
            for (int i = 0; i < 600; i++) {
                fit[i] = i < 300 ? -1 : 1;
                wild[i] = i % 4 == 0 ? -1.5f : i % 4 == 1 ? 0.2f : 1.5f;
            }
            CalibrationState state = calibrated(spec, Tensor.of(Shape.of(300, 2), fit));
            StepResult result = operator.step(state, Tensor.of(Shape.of(300, 2), wild));
            assertThat(result.statistics().clipped()).isEqualTo(450);
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachSideOfTheRangeClipsByItself(Formulation formulation) {
        CalibrationState state = calibrated(asymmetric(formulation), Tensors.vector(-1, 3));
        assertThat(losses(state, -1.5f, 0, 2).clipped()).isEqualTo(1);
        assertThat(losses(state, 0, 2, 3.5f).clipped()).isEqualTo(1);
        assertThat(losses(state, -1, 0, 3).clipped()).isZero();
    }

    /** -0.9, 2.9 and 0 lose nothing; 0.001 underflows where zero is a step; -9 and 9 are clipped. */
    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void finiteElementsAreCountedBesideOneThatIsNot(float odd) {
        for (Formulation formulation : Formulation.values()) {
            CalibrationState state = calibrated(asymmetric(formulation), Tensors.vector(-1, 3));
            TensorStatistics statistics = losses(state, -9, -0.9f, odd, 0, 0.001f, 2.9f, 9, 9);
            assertThat(statistics.clipped()).as("%s", formulation).isEqualTo(3);
            assertThat(statistics.sumSquaredError()).isCloseTo(64 + 36 + 36, within(1d));
            boolean zeroIsAStep = formulation == Formulation.ZP;
            assertThat(statistics.underflowed()).as("%s", formulation).isEqualTo(zeroIsAStep ? 1 : 0);
        }
    }

    @Test
    void halfAStepBeyondTheRangeIsNotClippedYet() {
        QuantizationSpec fp8 =
                QuantizationSpec.builder().dtype(FloatDType.FLOAT8_E4M3FN).build();
        CalibrationState state = calibrated(fp8, Tensors.vector(-448, 448));
        assertThat(losses(state, 464, -464, 1).clipped()).isZero();
        assertThat(losses(state, 464, -464, Float.NaN).clipped()).isZero();
        assertThat(losses(state, Math.nextUp(464), -464, Float.NaN).clipped()).isEqualTo(1);
    }

    @Test
    void integersNeedZeroPointAndMinval() {
        Tensor x = Tensors.vector(1, 2);
        QParams scaleOnly = new QParams(FloatArray.of(Shape.of(1), 1), null, null);
        BlockLayout whole = BlockLayout.of(x.shape(), x.shape());
        for (Formulation formulation : Formulation.values()) {
            FakeQuantize fakeQuantize = Components.standard()
                    .choose(asymmetric(formulation), QuantizationTarget.ACTIVATION)
                    .fakeQuantize();
            String field = formulation == Formulation.ZP ? "zero_point" : "minval";
            assertThatThrownBy(() -> fakeQuantize.quantize(x, scaleOnly, whole))
                    .isInstanceOf(InvalidSpecException.class)
                    .hasMessage(field + " was null but must not be null for integer quantization");
        }
    }

    @Test
    void aPoisonedChannelDoesNotHideTheLossesOfAnother() {
        CalibrationOperator loose = new CalibrationOperator(Components.standard(), NonFinitePolicy.PROPAGATE);
        QuantizationSpec spec = QuantizationSpec.DEFAULT.with(new Granularity.PerChannel(0));
        CalibrationState state = loose.step(
                        loose.start(spec, QuantizationTarget.ACTIVATION),
                        Tensor.of(Shape.of(2, 3), Float.NaN, 1, 1, -1, 1, 0))
                .state();
        Tensor tensor = Tensor.of(Shape.of(2, 3), 5, 5, 5, 5, 0.001f, -1);
        TensorStatistics statistics = loose.step(state.with(Switches.INITIAL.withObserver(false)), tensor)
                .statistics();
        assertThat(statistics.clipped()).isEqualTo(1);
        assertThat(statistics.underflowed()).isEqualTo(1);
    }

    @Test
    void theFirstElementMayBeTheOneThatIsNotFinite() {
        CalibrationState state = operator.start(QuantizationSpec.DEFAULT, QuantizationTarget.ACTIVATION);
        TensorStatistics statistics = losses(state, INF, 2, Float.NaN, 3);
        assertThat(statistics.nonFinite()).isEqualTo(new NonFinite(1, 1, 0, 0));
        assertThat(statistics.min()).isEqualTo(2);
        assertThat(statistics.max()).isEqualTo(3);
    }

    @Test
    void boundsAreRawAndTheirZerosPositive() {
        CalibrationState state = operator.start(QuantizationSpec.DEFAULT, QuantizationTarget.ACTIVATION);
        assertThat(losses(state, 2, 4).min()).isEqualTo(2);
        assertThat(losses(state, -4, -2).max()).isEqualTo(-2);
        for (TensorStatistics zero : List.of(losses(state, -0f, -0f), losses(state, -0f, Float.NaN))) {
            assertThat(Float.floatToRawIntBits(zero.min())).isZero();
            assertThat(Float.floatToRawIntBits(zero.max())).isZero();
        }
    }

    private TensorStatistics losses(CalibrationState state, float... values) {
        return operator.step(state, Tensors.vector(values)).statistics();
    }
}
