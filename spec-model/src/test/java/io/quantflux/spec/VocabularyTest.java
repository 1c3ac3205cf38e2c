// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTest {
    @ParameterizedTest
    @CsvSource({
        "int8, symmetric, 8, int8, -128, 127",
        "int8, symmetric_with_clipping, 8, int8, -127, 127",
        "int4, asymmetric, 4, int8, -8, 7",
        "int4, symmetric_with_clipping, 4, int8, -7, 7",
        "int2, symmetric, 2, int8, -2, 1",
        "uint8, symmetric_with_clipping, 8, uint8, 0, 255",
        "uint4, asymmetric, 4, uint8, 0, 15",
        "uint2, symmetric, 2, uint8, 0, 3",
        "float8_e4m3fn, symmetric, 8, float8_e4m3fn, -448, 448",
        "float8_e5m2, symmetric, 8, float8_e5m2, -57344, 57344",
        "float4_e2m1fn_x2, symmetric, 4, float8_e4m3fn, -6, 6",
    })
    void dtypesHaveTheReferencesRanges(String key, String scheme, int bits, String stored, float min, float max) {
        DType dtype = DType.of(key);
        assertThat(dtype.key()).isEqualTo(key);
        assertThat(dtype.bits()).isEqualTo(bits);
        assertThat(dtype.targetKey()).isEqualTo(stored);
        assertThat(dtype.range(Scheme.of(scheme))).isEqualTo(new QuantRange(min, max));
    }

    @ParameterizedTest
    @ValueSource(strings = {"float32", "float64", "FLOAT32", ""})
    void anotherElementTypeIsRefused(String key) {
        if (key.equals("float32")) {
            assertThat(ElementType.of(key)).isEqualTo(ElementType.FLOAT32);
        } else {
            assertThatThrownBy(() -> ElementType.of(key)).hasMessageContaining("must be float32, float16 or bfloat16");
        }
    }

    @Test
    void aTensorIdIsShortAndPlain() {
        assertThat(new TensorId("resnet-42/layer3.relu:0")).hasToString("resnet-42/layer3.relu:0");
        assertThat(new TensorId("a").compareTo(new TensorId("b"))).isNegative();
        assertThatThrownBy(() -> new TensorId("")).hasMessageContaining("must be one or more of");
        assertThatThrownBy(() -> new TensorId("a b")).hasMessageContaining("tensor id was \"a b\"");
        assertThatThrownBy(() -> new TensorId("ä\n")).hasMessageContaining("\"??\"");
        assertThatThrownBy(() -> new TensorId("x".repeat(250)))
                .hasMessage("tensor id was 250 characters but must have at most 249");
    }

    @Test
    void scheduleFollowsTheStep() {
        QatSchedule schedule = new QatSchedule(2, 3, 5L);
        assertThat(schedule.observerEnabled(1)).isFalse();
        assertThat(schedule.observerEnabled(2)).isTrue();
        assertThat(schedule.observerEnabled(4)).isTrue();
        assertThat(schedule.observerEnabled(5)).isFalse();
        assertThat(schedule.fakeQuantEnabled(2)).isFalse();
        assertThat(schedule.fakeQuantEnabled(3)).isTrue();
        assertThat(new QatSchedule(0, 0, null).observerEnabled(Long.MAX_VALUE)).isTrue();
        assertThat(new QatSchedule(0, 4, 4L).fakeQuantEnabled(4)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0, , enable_observer was -1 but must be at least 0",
        "3, 2, , enable_fake_quant was 2 but must not be before enable_observer",
        "3, 3, 3, disable_observer was 3 but must be after enable_observer",
        "3, 7, 5, disable_observer was 5 but must not be before enable_fake_quant",
    })
    void scheduleOutOfOrderIsRefused(long observer, long fakeQuant, Long disable, String message) {
        assertThatThrownBy(() -> new QatSchedule(observer, fakeQuant, disable))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining(message);
    }

    @Test
    void resettingForgetsTheRangeAndEnables() {
        CalibrationState state = CalibrationState.initial(QuantizationSpec.DEFAULT, QuantizationTarget.ACTIVATION)
                .observed(Map.of(CalibrationState.SCALE, FloatArray.of(Shape.of(1), 1f)))
                .with(new Switches(false, true, true, true));
        assertThat(state.isInitialized()).isTrue();
        assertThat(state.observations()).isEqualTo(1);
        CalibrationState reset = state.reset();
        assertThat(reset.isInitialized()).isFalse();
        assertThat(reset.qparams()).isNull();
        assertThat(reset.switches()).isEqualTo(new Switches(false, true, true, false));
    }

    @Test
    void noiseIsMeasuredInDecibels() {
        assertThat(statistics(100, 1).sqnrDecibels()).isEqualTo(20);
        assertThat(statistics(100, 0).sqnrDecibels()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(statistics(0, 0).sqnrDecibels()).isNaN();
    }

    private static TensorStatistics statistics(double squares, double error) {
        return new TensorStatistics(1, 0, 1, squares, error, 0, 0, TensorStatistics.NonFinite.NONE);
    }

    @Test
    void defaultCalculatorFollowsTheTarget() {
        assertThat(QuantizationSpec.DEFAULT.resolvedQparamCalculator(QuantizationTarget.ACTIVATION))
                .isEqualTo("moving_average");
        assertThat(QuantizationSpec.DEFAULT.resolvedQparamCalculator(QuantizationTarget.LUT))
                .isEqualTo("static");
        assertThat(QuantizationTarget.of("weight")).isEqualTo(QuantizationTarget.WEIGHT);
        assertThatThrownBy(() -> QuantizationTarget.of("bias")).hasMessageContaining("[weight, activation, lut]");
    }
}
