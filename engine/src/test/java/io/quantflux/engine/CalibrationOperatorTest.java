// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quantflux.engine.StepResult.Outcome;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.FloatDType;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationOperatorTest {
    private static final QuantizationTarget ACTIVATION = QuantizationTarget.ACTIVATION;
    private final CalibrationOperator operator =
            new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE);
    private final CalibrationState fresh = operator.start(QuantizationSpec.DEFAULT, ACTIVATION);
    private final Tensor one = Tensors.vector(-1, 3);
    private final Tensor two = Tensors.vector(-2, 6);

    private CalibrationState start(QuantizationSpec.Builder spec) {
        return operator.start(spec.build(), ACTIVATION);
    }

    private static QParams qparams(CalibrationState state) {
        return requireNonNull(state.qparams());
    }

    private CalibrationState after(CalibrationState state, Tensor... tensors) {
        CalibrationState now = state;
        for (Tensor tensor : tensors) {
            now = operator.step(now, tensor).state();
        }
        return now;
    }

    @Test
    void theFirstTensorSetsTheRange() {
        StepResult result = operator.step(fresh, one);
        assertThat(result.outcome()).isEqualTo(Outcome.OBSERVED);
        assertThat(result.state().observations()).isEqualTo(1);
        assertThat(result.state().arrays())
                .containsOnlyKeys("minval", "running_max", "running_min", "scale", "zero_point");
        assertThat(Tensors.values(result.output())).isNotEqualTo(Tensors.values(one));
        assertThat(fresh.isInitialized()).isFalse();
    }

    @Test
    void aStepIsAPureFunction() {
        CalibrationState state = after(fresh, one);
        assertThat(operator.step(state, two)).isEqualTo(operator.step(state, two));
        assertThat(Tensors.values(two)).containsExactly(-2, 6);
    }

    @Test
    void observerOffUsesTheStoredQParams() {
        CalibrationState state = after(fresh, one);
        StepResult result = operator.step(state.with(Switches.INITIAL.withObserver(false)), two);
        assertThat(result.outcome()).isEqualTo(Outcome.STORED);
        assertThat(result.state().arrays()).isEqualTo(state.arrays());
        assertThat(Tensors.values(result.output())[1]).isCloseTo(127 * 3 / 127.5f, within(1e-5f));
    }

    @Test
    void exportModeFreezesAndResumes() {
        CalibrationState frozen = after(fresh, one).with(Switches.INITIAL.withExportMode(true));
        StepResult result = operator.step(frozen, two);
        assertThat(result.outcome()).isEqualTo(Outcome.STORED);
        assertThat(result.state()).isEqualTo(frozen);
        assertThat(operator.step(result.state().with(Switches.INITIAL), two).outcome())
                .isEqualTo(Outcome.OBSERVED);
    }

    @Test
    void fakeQuantOffObservesAndPassesThrough() {
        StepResult result = operator.step(fresh.with(Switches.INITIAL.withFakeQuant(false)), one);
        assertThat(result.outcome()).isEqualTo(Outcome.OBSERVED);
        assertThat(result.output()).isSameAs(one);
        assertThat(result.state().isInitialized()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"false, true, false", "true, true, true", "false, false, false"})
    void withoutQParamsItPassesThrough(boolean observer, boolean fakeQuant, boolean export) {
        StepResult result = operator.step(fresh.with(new Switches(observer, fakeQuant, export, false)), one);
        assertThat(result.outcome()).isEqualTo(Outcome.NOT_READY);
        assertThat(result.output()).isSameAs(one);
        assertThat(result.state().isInitialized()).isFalse();
    }

    @Test
    void withEverythingOffAnyTensorPassesAndNothingIsDisabled() {
        CalibrationState state = start(QuantizationSpec.builder().granularity(new Granularity.PerBlock(0, 4)));
        Switches off = Switches.INITIAL.withObserver(false).withFakeQuant(false);
        Tensor three = Tensors.vector(1, 2, 3);
        assertThat(operator.step(state.with(off), three).outcome()).isEqualTo(Outcome.NOT_READY);
        CalibrationState known = after(state, Tensors.vector(1, 2, 3, 4)).with(off);
        StepResult passed = operator.step(known, three);
        assertThat(passed.outcome()).isEqualTo(Outcome.STORED);
        assertThat(passed.state()).isEqualTo(known);
        assertThat(passed.output()).isSameAs(three);
    }

    @Test
    void dynamicObservesWhateverTheSwitchesSay() {
        CalibrationState state = start(QuantizationSpec.builder().qparamCalculatorCls("dynamic"));
        StepResult result = operator.step(state.with(new Switches(false, false, true, false)), one);
        assertThat(result.outcome()).isEqualTo(Outcome.OBSERVED);
        assertThat(result.output()).isSameAs(one);
        StepResult bad = operator.step(result.state().with(Switches.INITIAL), Tensors.vector(1, Float.NaN));
        assertThat(bad.outcome()).isEqualTo(Outcome.QUARANTINED);
        assertThat(bad.qparams()).isNull();
        assertThat(bad.state()).isEqualTo(result.state().with(Switches.INITIAL));
    }

    @Test
    void aBlockSizeMismatchDisablesAndLaterTensorsPass() {
        CalibrationState state = start(QuantizationSpec.builder().granularity(new Granularity.PerBlock(0, 4)));
        StepResult mismatch = operator.step(state, Tensors.vector(1, 2, 3));
        assertThat(mismatch.outcome()).isEqualTo(Outcome.DISABLED_NOW);
        assertThat(mismatch.state().switches().disabled()).isTrue();
        assertThat(mismatch.statistics().max()).isEqualTo(3);
        StepResult later = operator.step(mismatch.state(), Tensors.vector(1, 2, 3, 4));
        assertThat(later.outcome()).isEqualTo(Outcome.DISABLED);
        assertThat(operator.step(later.state().reset(), Tensors.vector(1, 2, 3, 4))
                        .outcome())
                .isEqualTo(Outcome.OBSERVED);
    }

    @Test
    void bothBoundsFixedAreComputedOnce() {
        CalibrationState state =
                start(QuantizationSpec.builder().floatRange(-2f, 5f).qscheme(Scheme.ASYMMETRIC));
        StepResult first = operator.step(state, one);
        assertThat(first.outcome()).isEqualTo(Outcome.OBSERVED);
        assertThat(qparams(first.state()).scale().get(0)).isEqualTo(7 / 255f);
        StepResult second = operator.step(first.state(), Tensors.vector(-100, 100));
        assertThat(second.outcome()).isEqualTo(Outcome.STORED);
        assertThat(second.state()).isEqualTo(first.state());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.9, 0.8, 0.75})
    void twiceTheRangeMovesTheAverageByItsConstant(double constant) {
        CalibrationState state = start(
                QuantizationSpec.builder().qparamCalculatorCls("moving_average").extra("averaging_constant", constant));
        CalibrationState first = after(state, one);
        CalibrationState second = after(first, two);
        float ratio = qparams(second).scale().get(0) / qparams(first).scale().get(0);
        assertThat(ratio).isCloseTo((float) (1 + constant), within(1e-6f));
        assertThat(qparams(second).zeroPoint()).isEqualTo(qparams(first).zeroPoint());
    }

    @Test
    void globalMinMaxExpandsAndNeverContracts() {
        CalibrationState state = start(QuantizationSpec.builder().qparamCalculatorCls("global_minmax"));
        CalibrationState wide = after(state, one, Tensors.vector(-5, 1), Tensors.vector(0, 0.5f));
        assertThat(requireNonNull(wide.floats("running_min")).get(0)).isEqualTo(-5);
        assertThat(requireNonNull(wide.floats("running_max")).get(0)).isEqualTo(3);
    }

    @Test
    void defaultIsStaticForWeightsAndAverageForActivations() {
        CalibrationState weight = operator.start(QuantizationSpec.DEFAULT, QuantizationTarget.WEIGHT);
        assertThat(after(weight, one, two).arrays()).doesNotContainKey("running_min");
        assertThat(qparams(after(weight, one, two)).scale().get(0)).isEqualTo(6 / 127.5f);
        assertThat(after(fresh, one).arrays()).containsKey("running_min");
    }

    @Test
    void anIntegerBlockIsARunInAnActivationAndAWholeKernelInAWeight() {
        Granularity granularity = new Granularity.PerBlock(1, 2);
        Tensor tensor = Tensor.of(Shape.of(1, 4, 2, 2), new float[16]);
        QuantizationSpec spec = QuantizationSpec.DEFAULT.with(granularity);
        assertThat(qparams(after(operator.start(spec, ACTIVATION), tensor)).shape())
                .isEqualTo(Shape.of(1, 2, 2, 2));
        assertThat(qparams(after(operator.start(spec, QuantizationTarget.WEIGHT), tensor))
                        .shape())
                .isEqualTo(Shape.of(1, 2, 1, 1));
    }

    @ParameterizedTest
    @CsvSource({"2x5, 2x6, 1x5, 1x6", "2x5, 3x4x5, 1x5, 1x4x1"})
    void anotherShapeOfQParamsIsRefused(String first, String second, String stored, String asked) {
        CalibrationState state = start(QuantizationSpec.builder().granularity(new Granularity.PerChannel(1)));
        CalibrationState calibrated = after(state, zeros(first));
        assertThatThrownBy(() -> operator.step(calibrated, zeros(second)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage("shape was " + second + " but has qparams of shape " + asked
                        + ", and those calibrated so far have shape " + stored);
    }

    private static Tensor zeros(String shape) {
        String[] dims = shape.split("x", -1);
        int[] extents =
                java.util.Arrays.stream(dims).mapToInt(Integer::parseInt).toArray();
        return Tensor.of(Shape.of(extents), new float[(int) Shape.of(extents).elements()]);
    }

    @Test
    void wrongShapesAreRefused() {
        assertThatThrownBy(() -> operator.step(fresh, Tensors.vector()))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage("shape was 0 but a tensor must have at least one element");
        CalibrationState state = start(QuantizationSpec.builder().granularity(new Granularity.PerChannel(2)));
        assertThatThrownBy(() -> operator.step(state, zeros("2x3")))
                .hasMessageContaining("granularity.axis was 2")
                .hasMessageContaining("[-2, 2)");
        CalibrationState unnamed = start(QuantizationSpec.builder().granularity(new Granularity.PerChannel(null)));
        assertThatThrownBy(() -> operator.step(unnamed, zeros("2x3"))).hasMessageContaining("needs an axis");
    }

    @Test
    void quarantineKeepsNonFiniteTensorsOut() {
        CalibrationState state = after(fresh, one);
        Tensor bad = Tensors.vector(1, Float.NaN);
        StepResult result = operator.step(state, bad);
        assertThat(result.outcome()).isEqualTo(Outcome.QUARANTINED);
        assertThat(result.state()).isEqualTo(state);
        assertThat(Tensors.values(result.output())[0]).isCloseTo(1, within(0.02f));
        assertThat(Tensors.values(result.output())[1]).isNaN();
        StepResult first = operator.step(fresh, bad);
        assertThat(first.outcome()).isEqualTo(Outcome.QUARANTINED);
        assertThat(first.output()).isSameAs(bad);
    }

    @Test
    void rejectChangesNothing() {
        CalibrationOperator strict = new CalibrationOperator(Components.standard(), NonFinitePolicy.REJECT);
        CalibrationState state = after(fresh, one).with(Switches.INITIAL.withObserver(false));
        Tensor bad = Tensors.vector(1, Float.NEGATIVE_INFINITY);
        StepResult result = strict.step(state, bad);
        assertThat(result.outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(result.state()).isSameAs(state);
        assertThat(result.output()).isSameAs(bad);
        assertThat(strict.step(fresh, one).outcome()).isEqualTo(Outcome.OBSERVED);
        CalibrationState off = state.with(new Switches(false, false, false, false));
        assertThat(strict.step(off, bad).outcome()).isEqualTo(Outcome.REJECTED);
    }

    @Test
    void propagatePoisonsTheAverageForGood() {
        CalibrationOperator loose = new CalibrationOperator(Components.standard(), NonFinitePolicy.PROPAGATE);
        CalibrationState state = loose.step(fresh, Tensors.vector(1, Float.NaN)).state();
        assertThat(qparams(loose.step(state, one).state()).scale().get(0)).isNaN();
    }

    @ParameterizedTest
    @EnumSource(ElementType.class)
    void theOutputHasTheInputsElementType(ElementType type) {
        Tensor narrow = Tensors.narrowed(Tensors.vector(-1, 3, 0.3f), type);
        StepResult result = operator.step(fresh, narrow);
        assertThat(result.output().elementType()).isEqualTo(type);
        assertThat(result.output().shape()).isEqualTo(narrow.shape());
        float step = qparams(result.state()).scale().get(0);
        assertThat(Tensors.values(result.output())[2]).isCloseTo(0.3f, within(step));
    }

    @Test
    void theScaleHasAFloorWhateverTheElementType() {
        Tensor tiny = Tensors.narrowed(Tensors.vector(1e-7f, 0), ElementType.BFLOAT16);
        assertThat(qparams(after(fresh, tiny)).scale().get(0)).isEqualTo(0x1p-23f);
    }

    @Test
    void fp4AlwaysHasPowerOfTwoScales() {
        CalibrationState state = start(QuantizationSpec.builder().dtype(FloatDType.FLOAT4_E2M1FN_X2));
        QParams qparams = qparams(after(state, Tensors.vector(3, -1)));
        assertThat(qparams.scale().get(0)).isEqualTo(0.5f);
        assertThat(qparams.zeroPoint()).isNull();
        assertThat(qparams.minval()).isNull();
    }
}
