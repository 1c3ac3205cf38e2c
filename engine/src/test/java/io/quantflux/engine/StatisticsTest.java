// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.DType;
import io.quantflux.spec.Formulation;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Scheme;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Switches;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorStatistics;
import io.quantflux.spec.TensorStatistics.NonFinite;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatisticsTest {
    private final CalibrationOperator operator =
            new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE);

    private CalibrationState calibrated(QuantizationSpec spec, Tensor tensor) {
        CalibrationState state = operator.start(spec, QuantizationTarget.ACTIVATION);
        return operator.step(state, tensor).state().with(Switches.INITIAL.withObserver(false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"int8", "uint4", "float8_e4m3fn", "float8_e5m2", "float4_e2m1fn_x2"})
    void sumsAndCountsEqualANaiveCount(String dtype) {
        SplittableRandom random = new SplittableRandom(11);
        Shape shape = Shape.of(6, 40, 25);
        for (Granularity granularity :
                List.of(new Granularity.PerTensor(), new Granularity.PerChannel(1), new Granularity.PerChannel(-1))) {
            QuantizationSpec spec = QuantizationSpec.builder()
                    .dtype(DType.of(dtype))
                    .granularity(granularity)
                    .build();
            CalibrationState state = calibrated(spec, Tensors.random(random, shape, 1));
            Tensor wilder = Tensors.random(random, shape, 1.7);
            StepResult result = operator.step(state, wilder);
            assertNaive(result, wilder, clipMargin(dtype));
            if (dtype.contains("int")) {
                assertThat(result.statistics().clipped()).isPositive();
                assertThat(result.statistics().underflowed()).isPositive();
            }
        }
    }

    /** A whole tensor is looked at for them region by region. */
    @ParameterizedTest
    @ValueSource(ints = {0, 4095, 4096, 20_000, 39_999})
    void aClippedElementIsCountedWhereverItIs(int place) {
        SplittableRandom random = new SplittableRandom(12);
        float[] values = new float[40_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextDouble() * 2 - 1);
        }
        CalibrationState state = calibrated(QuantizationSpec.DEFAULT, Tensors.vector(-1, 1));
        assertThat(operator.step(state, Tensors.vector(values)).statistics().clipped())
                .isZero();
        for (float outlier : new float[] {-1.01f, 1.01f}) {
            values[place] = outlier;
            Tensor tensor = Tensors.vector(values);
            StepResult result = operator.step(state, tensor);
            assertThat(result.statistics().clipped()).isEqualTo(1);
            assertNaive(result, tensor, clipMargin("int8"));
        }
    }

    private static float clipMargin(String dtype) {
        return switch (dtype) {
            case "float8_e4m3fn" -> 16;
            case "float8_e5m2" -> 4096;
            case "float4_e2m1fn_x2" -> 1;
            default -> 0.501f;
        };
    }

    private static void assertNaive(StepResult result, Tensor tensor, float margin) {
        CalibrationState state = result.state();
        Shape block = state.spec().granularity().blockOf(tensor.shape(), state.target());
        float[] x = Tensors.values(tensor);
        float[] y = Tensors.values(result.output());
        double squares = 0;
        double errors = 0;
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        long clipped = 0;
        long underflowed = 0;
        for (int i = 0; i < x.length; i++) {
            int at = ScalarOracle.blockOf(tensor.shape(), block, i);
            float scale = requireNonNull(state.floats(CalibrationState.SCALE)).get(at);
            var zeroPoint = requireNonNull(state.qparams()).zeroPoint();
            float zero = zeroPoint == null ? 0 : zeroPoint.get(at);
            float low = state.spec().quantRange().min() - zero - margin;
            float high = state.spec().quantRange().max() - zero + margin;
            squares += (double) x[i] * x[i];
            errors += ((double) x[i] - y[i]) * ((double) x[i] - y[i]);
            min = Math.min(min, x[i]);
            max = Math.max(max, x[i]);
            clipped += x[i] / scale < low || x[i] / scale > high ? 1 : 0;
            underflowed += x[i] != 0 && y[i] == 0 ? 1 : 0;
        }
        TensorStatistics statistics = result.statistics();
        assertThat(statistics.elements()).isEqualTo(x.length);
        assertThat(statistics.min()).isEqualTo(min);
        assertThat(statistics.max()).isEqualTo(max);
        assertThat(statistics.sumSquares()).isCloseTo(squares, within(squares * 1e-6));
        assertThat(statistics.sumSquaredError()).isCloseTo(errors, within(errors * 1e-6));
        assertThat(statistics.clipped()).isEqualTo(clipped);
        assertThat(statistics.underflowed()).isEqualTo(underflowed);
        assertThat(statistics.nonFinite()).isEqualTo(NonFinite.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"symmetric", "symmetric_with_clipping", "asymmetric"})
    void theTensorThatSetTheRangeClipsNothing(String scheme) {
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 500; round++) {
            for (Formulation formulation : Formulation.values()) {
                QuantizationSpec spec = QuantizationSpec.builder()
                        .qscheme(Scheme.of(scheme))
                        .qformulation(formulation)
                        .build();
                Tensor tensor = Tensors.random(random, Shape.of(7), Math.exp(random.nextGaussian() * 3));
                StepResult first = operator.step(operator.start(spec, QuantizationTarget.WEIGHT), tensor);
                assertThat(first.statistics().clipped()).isZero();
            }
        }
    }

    @Test
    void nonFiniteElementsAreCountedAndLeftOut() {
        float[] values = new float[5000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 7 - 3;
        }
        values[3001] = Float.NaN;
        values[3002] = Float.POSITIVE_INFINITY;
        values[4999] = Float.NEGATIVE_INFINITY;
        Tensor tensor = Tensors.vector(values);
        CalibrationState state = calibrated(QuantizationSpec.DEFAULT, Tensors.vector(-1, 3));
        TensorStatistics statistics = operator.step(state, tensor).statistics();
        assertThat(statistics.nonFinite()).isEqualTo(new NonFinite(1, 1, 1, 3001));
        assertThat(statistics.min()).isEqualTo(-3);
        assertThat(statistics.max()).isEqualTo(3);
        double squares = 0;
        for (float value : values) {
            squares += Float.isFinite(value) ? value * value : 0;
        }
        assertThat(statistics.sumSquares()).isEqualTo(squares);
        assertThat(statistics.sumSquaredError()).isFinite().isPositive();
        assertThat(statistics.clipped()).isZero();
    }

    @Test
    void aTensorWithoutAFiniteElementHasNoBounds() {
        TensorStatistics statistics = operator.step(
                        operator.start(QuantizationSpec.DEFAULT, QuantizationTarget.ACTIVATION),
                        Tensors.vector(Float.NaN, Float.NaN))
                .statistics();
        assertThat(statistics.min()).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(statistics.max()).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(statistics.sumSquares()).isZero();
        assertThat(statistics.sqnrDecibels()).isNaN();
    }

    @Test
    void aNaNReachesItsBlocksAndNoOther() {
        CalibrationOperator loose = new CalibrationOperator(Components.standard(), NonFinitePolicy.PROPAGATE);
        for (Granularity granularity : List.of(
                new Granularity.PerChannel(0),
                new Granularity.PerChannel(1),
                new Granularity.PerBlock(0, 20),
                new Granularity.PerBlock(1, 4))) {
            Shape shape = Shape.of(100, 64);
            float[] values = Tensors.values(Tensors.random(new SplittableRandom(1), shape, 1));
            values[70 * 64 + 9] = Float.NaN;
            values[3] = Float.POSITIVE_INFINITY;
            QuantizationSpec spec = QuantizationSpec.DEFAULT.with(granularity);
            StepResult result = loose.step(loose.start(spec, QuantizationTarget.ACTIVATION), Tensor.of(shape, values));
            float[] scales = requireNonNull(result.state().qparams()).scale().toArray();
            Shape block = granularity.blockOf(shape, QuantizationTarget.ACTIVATION);
            int nan = ScalarOracle.blockOf(shape, block, 70 * 64 + 9);
            int infinite = ScalarOracle.blockOf(shape, block, 3);
            for (int i = 0; i < scales.length; i++) {
                assertThat(Float.isNaN(scales[i])).isEqualTo(i == nan);
                assertThat(Float.isInfinite(scales[i])).isEqualTo(i == infinite && i != nan);
            }
        }
    }

    @Test
    void theSumsDoNotDependOnTheGranularity() {
        Tensor tensor = Tensors.random(new SplittableRandom(2), Shape.of(64, 100), 1);
        double whole = statistics(new Granularity.PerTensor(), tensor).sumSquares();
        assertThat(statistics(new Granularity.PerChannel(1), tensor).sumSquares())
                .isEqualTo(whole);
        assertThat(statistics(new Granularity.PerBlock(1, 4), tensor).sumSquares())
                .isEqualTo(whole);
    }

    private TensorStatistics statistics(Granularity granularity, Tensor tensor) {
        QuantizationSpec spec = QuantizationSpec.DEFAULT.with(granularity);
        return operator.step(operator.start(spec, QuantizationTarget.ACTIVATION), tensor)
                .statistics();
    }
}
