// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.FloatDType;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Scheme;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComponentsTest {
    private final Components standard = Components.standard();

    /** Leaves out the extreme values of each block: all that a new range calculator takes. */
    static final class Trimmed implements RangeCalculator.Factory {
        @Override
        public String key() {
            return "trimmed";
        }

        @Override
        public Set<String> extras() {
            return Set.of("trim");
        }

        @Override
        public RangeCalculator create(QuantizationSpec spec, QuantizationTarget target) {
            int trim = ((Number) spec.extras().getOrDefault("trim", 1)).intValue();
            return tensor -> {
                float[][] blocks = tensor.blocks();
                float[] min = new float[blocks.length];
                float[] max = new float[blocks.length];
                for (int block = 0; block < blocks.length; block++) {
                    Arrays.sort(blocks[block]);
                    min[block] = blocks[block][trim];
                    max[block] = blocks[block][blocks[block].length - 1 - trim];
                }
                return new Range(FloatArray.of(tensor.shape(), min), FloatArray.of(tensor.shape(), max));
            };
        }
    }

    @Test
    void theBuiltInKeysAreThere() {
        assertThat(standard.rangeCalculators().keys()).containsExactly("minmax");
        assertThat(standard.qparamsCalculators().keys())
                .containsExactly("default", "dynamic", "global_minmax", "moving_average", "static");
        assertThat(standard.fakeQuantizers().keys()).containsExactly("default");
        assertThat(standard.fakeQuantizers().values()).hasSize(1);
        assertThat(standard.extras()).containsExactly("averaging_constant", "scale_rounding_mode");
    }

    @Test
    void aRegisteredRangeCalculatorIsUsedByItsKey() {
        Components more = standard.register(new Trimmed());
        QuantizationSpec spec = QuantizationSpec.builder()
                .rangeCalculatorCls("trimmed")
                .extra("trim", 2)
                .granularity(new Granularity.PerChannel(1))
                .build();
        CalibrationOperator operator = new CalibrationOperator(more, NonFinitePolicy.QUARANTINE);
        Tensor tensor = Tensor.of(Shape.of(5, 2), -9, 90, -3, 30, -1, 10, 2, 20, 8, 80);
        CalibrationState state = operator.step(operator.start(spec, QuantizationTarget.ACTIVATION), tensor)
                .state();
        assertThat(requireNonNull(state.floats("running_min")).toArray()).containsExactly(-1, 0);
        assertThat(requireNonNull(state.floats("running_max")).toArray()).containsExactly(0, 30);
        assertThat(standard.rangeCalculators().keys()).doesNotContain("trimmed");
    }

    @Test
    void fixedBoundsAskNoRangeCalculator() {
        RangeCalculator.Factory refusing = new RangeCalculator.Factory() {
            @Override
            public String key() {
                return "refusing";
            }

            @Override
            public RangeCalculator create(QuantizationSpec spec, QuantizationTarget target) {
                return tensor -> {
                    throw new AssertionError("asked for the range of " + tensor.shape());
                };
            }
        };
        CalibrationOperator operator = new CalibrationOperator(standard.register(refusing), NonFinitePolicy.QUARANTINE);
        QuantizationSpec spec = QuantizationSpec.builder()
                .rangeCalculatorCls("refusing")
                .floatRange(-1f, 2f)
                .build();
        CalibrationState state = operator.step(
                        operator.start(spec, QuantizationTarget.ACTIVATION), Tensors.vector(7, -7))
                .state();
        assertThat(requireNonNull(state.floats("running_max")).toArray()).containsExactly(2);
    }

    @Test
    void aSecondFactoryWithTheSameKeyIsAnError() {
        Components more = standard.register(new Trimmed());
        assertThatThrownBy(() -> more.register(new Trimmed()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key 'trimmed' of range_calculator_cls is claimed by both")
                .hasMessageContaining(Trimmed.class.getName());
    }

    @Test
    void anUnknownKeyListsTheKnownOnes() {
        assertThatThrownBy(() -> choose(QuantizationSpec.builder().qparamCalculatorCls("percentile")))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("qparam_calculator_cls was percentile")
                .hasMessageContaining("No class is registered with key 'percentile'")
                .hasMessageContaining("[default, dynamic, global_minmax, moving_average, static]");
        assertThatThrownBy(() -> choose(QuantizationSpec.builder().rangeCalculatorCls("mse")))
                .hasMessageContaining("range_calculator_cls was mse");
        assertThatThrownBy(() -> choose(QuantizationSpec.builder().fakeQuantizeCls("learned")))
                .hasMessageContaining("fake_quantize_cls was learned");
    }

    @Test
    void anUnknownExtraFieldListsTheKnownOnes() {
        assertThatThrownBy(() -> choose(QuantizationSpec.builder().extra("averaging_constnat", 0.5)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("averaging_constnat was 0.5")
                .hasMessageContaining("[averaging_constant, scale_rounding_mode]");
    }

    @Test
    void anExtraFieldOfAnotherCalculatorIsIgnored() {
        assertThat(choose(
                        QuantizationSpec.builder().qparamCalculatorCls("static").extra("averaging_constant", 0.5)))
                .isNotNull();
    }

    @Test
    void anAveragingConstantOfOneKeepsNothingAndAFloatMeansItsDecimal() {
        assertThat(runningMax(1)).isZero();
        assertThat(runningMax(0.9f)).isEqualTo(runningMax(0.9)).isEqualTo(0.1f * 3);
    }

    private float runningMax(Number constant) {
        QuantizationSpec spec =
                QuantizationSpec.builder().extra("averaging_constant", constant).build();
        CalibrationOperator operator = new CalibrationOperator(standard, NonFinitePolicy.QUARANTINE);
        CalibrationState state = operator.start(spec, QuantizationTarget.ACTIVATION);
        state = operator.step(state, Tensors.vector(-1, 3)).state();
        state = operator.step(state, Tensors.vector(-2, 0)).state();
        return requireNonNull(state.floats("running_max")).get(0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.0001, Double.NaN})
    void theAveragingConstantIsAboveZeroAndAtMostOne(double constant) {
        assertThatThrownBy(() -> choose(QuantizationSpec.builder().extra("averaging_constant", constant)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage("averaging_constant was " + constant + " but must be a number above 0 and at most 1");
        assertThatThrownBy(() -> choose(QuantizationSpec.builder().extra("averaging_constant", "high")))
                .hasMessageContaining("averaging_constant was high");
    }

    @Test
    void dynamicIsForOpenRangesOfActivations() {
        QuantizationSpec dynamic =
                QuantizationSpec.builder().qparamCalculatorCls("dynamic").build();
        assertThat(standard.choose(dynamic, QuantizationTarget.ACTIVATION)
                        .calculator()
                        .stateless())
                .isTrue();
        assertThatThrownBy(() -> standard.choose(dynamic, QuantizationTarget.WEIGHT))
                .hasMessage("qparam_calculator_cls was dynamic but is for activations only");
        assertThatThrownBy(() -> standard.choose(dynamic, QuantizationTarget.LUT))
                .isInstanceOf(InvalidSpecException.class);
        assertThatThrownBy(() -> choose(dynamic.toBuilder().floatRange(null, 1f)))
                .hasMessageContaining("float_range was")
                .hasMessageContaining("must be [null, null] under dynamic");
        assertThatThrownBy(() -> choose(dynamic.toBuilder().floatRange(-1f, null)))
                .hasMessageContaining("float_range was");
        assertThatThrownBy(() -> choose(dynamic.toBuilder().qscheme(Scheme.SYMMETRIC_WITH_CLIPPING)))
                .hasMessage("qscheme was symmetric_with_clipping but must be symmetric or asymmetric under dynamic");
    }

    @ParameterizedTest
    @ValueSource(strings = {"static", "moving_average", "global_minmax", "dynamic", "default"})
    void scaleRoundingIsForPowerOfTwoScales(String calculator) {
        QuantizationSpec.Builder fp4 =
                QuantizationSpec.builder().qparamCalculatorCls(calculator).dtype(FloatDType.FLOAT4_E2M1FN_X2);
        assertThat(choose(fp4.extra("scale_rounding_mode", "rceil"))).isNotNull();
        assertThat(standard.qparamsCalculators().get(calculator).extras()).contains("scale_rounding_mode");
        assertThatThrownBy(() -> choose(fp4.extra("scale_rounding_mode", "RCEIL")))
                .hasMessage("scale_rounding_mode was RCEIL but must be floor, ceil, even or rceil");
        assertThatThrownBy(() -> choose(QuantizationSpec.builder()
                        .qparamCalculatorCls(calculator)
                        .extra("scale_rounding_mode", "floor")))
                .hasMessage("scale_rounding_mode was floor but is for scale_dtype float8_e8m0fnu only");
    }

    private Components.Chosen choose(QuantizationSpec.Builder spec) {
        return standard.choose(spec.build(), QuantizationTarget.ACTIVATION);
    }
}
