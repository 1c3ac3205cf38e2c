// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QParams;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.json.SpecJson;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A spec's {@code op_hint} gives the documented qparams, to the bit, whatever the data. */
class KnownRangeTest {
    private final CalibrationOperator operator =
            new CalibrationOperator(Components.standard(), NonFinitePolicy.PROPAGATE);

    private QParams after(String spec, float... values) {
        CalibrationState state = operator.start(SpecJson.read(spec.replace('\'', '"')), QuantizationTarget.ACTIVATION);
        for (int step = 0; step < 3; step++) {
            state = operator.step(state, Tensor.of(Shape.of(values.length), values))
                    .state();
        }
        return Objects.requireNonNull(state.qparams());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            sigmoid     | zp     | default       | 0x1p-8 | 0   | 0
            sigmoid     | minval | default       | 0x1p-8 | 0   | 0
            hardsigmoid | zp     | static        | 0x1p-8 | 0   | 0
            tanh        | zp     | default       | 0x1p-7 | 128 | -1
            tanh        | minval | default       | 0x1p-7 | 128 | -1
            tanh        | zp     | global_minmax | 0x1p-7 | 128 | -1
            """)
    void pinnedQparamsAreTheDocumentedOnes(
            String hint, String formulation, String calculator, float scale, int zeroPoint, float minval) {
        String spec = "{'op_hint':'" + hint + "','qformulation':'" + formulation + "','qparam_calculator_cls':'"
                + calculator + "'}";
        for (float[] values : new float[][] {{0.25f, -0.75f}, {0, 0}, {1000, -3}, {Float.MIN_VALUE, 1}}) {
            QParams qparams = after(spec, values);
            assertThat(Float.floatToRawIntBits(qparams.scale().get(0))).isEqualTo(Float.floatToRawIntBits(scale));
            assertThat(Objects.requireNonNull(qparams.zeroPoint()).get(0)).isEqualTo(zeroPoint);
            assertThat(Float.floatToRawIntBits(
                            Objects.requireNonNull(qparams.minval()).get(0)))
                    .isEqualTo(Float.floatToRawIntBits(minval));
        }
    }

    @ParameterizedTest
    @CsvSource({"int8, -128", "uint8, 0", "int4, -8", "uint2, 0"})
    void aReluUsesEveryStepForWhatIsNotNegative(String dtype, int zeroPoint) {
        QParams qparams = after("{'op_hint':'relu','dtype':'" + dtype + "'}", 0, 3, 1.5f);
        assertThat(Objects.requireNonNull(qparams.zeroPoint()).get(0)).isEqualTo(zeroPoint);
        float steps = Math.scalb(1f, Integer.parseInt(dtype.replaceAll("\\D", ""))) - 1;
        assertThat(qparams.scale().get(0)).isEqualTo(3 / steps);
        assertThat(after("{'op_hint':'relu','dtype':'" + dtype + "'}", -9, 3, 1.5f))
                .as("values a ReLU never gives do not widen the range")
                .isEqualTo(qparams);
    }
}
