// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.Granularity;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
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
                .containsExactly("default", "global_minmax", "moving_average", "static");
        assertThat(standard.fakeQuantizers().keys()).containsExactly("default");
        assertThat(standard.fakeQuantizers().values()).hasSize(1);
        assertThat(standard.extras()).containsExactly("averaging_constant");
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
                .hasMessageContaining("[default, global_minmax, moving_average, static]");
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
                .hasMessageContaining("[averaging_constant]");
    }

    @Test
    void anExtraFieldOfAnotherCalculatorIsIgnored() {
        assertThat(choose(
                        QuantizationSpec.builder().qparamCalculatorCls("static").extra("averaging_constant", 0.5)))
                .isNotNull();
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

    private Components.Chosen choose(QuantizationSpec.Builder spec) {
        return standard.choose(spec.build(), QuantizationTarget.ACTIVATION);
    }
}
