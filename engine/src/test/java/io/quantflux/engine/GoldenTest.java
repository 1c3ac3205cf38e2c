// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.engine.kernel.BlockLayout;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.IntArray;
import io.quantflux.spec.NumericArray;
import io.quantflux.spec.QParams;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every bit equals what Apple's coreai_opt 0.3.0 computed: qparams, running range, outputs, masks, quantized values. */
class GoldenTest {
    private static final Components COMPONENTS = Components.standard();
    private final CalibrationOperator operator = new CalibrationOperator(COMPONENTS, NonFinitePolicy.PROPAGATE);

    static List<GoldenCase> cases() {
        return GoldenCase.all();
    }

    @Test
    void thereAreAtLeastSeveralHundredCases() {
        assertThat(cases()).hasSizeGreaterThan(1500);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void agreesWithTheReferenceToTheBit(GoldenCase golden) {
        CalibrationState state = operator.start(golden.spec(), golden.target());
        for (int i = 0; i < golden.steps().size(); i++) {
            GoldenCase.Step step = golden.steps().get(i);
            StepResult result = operator.step(state.with(step.apply(state.switches())), step.x());
            state = result.state();
            String where = golden.name() + " step " + i;
            assertThat(state.switches().disabled()).as(where + " disabled").isEqualTo(step.disabled());
            assertThat(state.arrays().keySet()).as(where).isEqualTo(step.state().keySet());
            for (String name : step.state().keySet()) {
                assertSameArray(
                        where + " " + name,
                        requireNonNull(state.arrays().get(name)),
                        step.state().get(name));
            }
            assertSameElements(where + " output", Tensors.values(result.output()), Tensors.values(step.y()));
            if (step.mask().length > 0) {
                assertMaskAndQuantized(where, golden, state, step);
            }
        }
    }

    private static void assertMaskAndQuantized(
            String where, GoldenCase golden, CalibrationState state, GoldenCase.Step step) {
        FakeQuantize fakeQuantize =
                COMPONENTS.choose(golden.spec(), golden.target()).fakeQuantize();
        QParams qparams = requireNonNull(state.qparams());
        BlockLayout layout = BlockLayout.of(
                step.x().shape(), golden.spec().granularity().blockOf(step.x().shape(), golden.target()));
        BitSet mask = fakeQuantize.gradientMask(step.x(), qparams, layout);
        for (int i = 0; i < step.mask().length; i++) {
            assertThat(mask.get(i)).as(where + " mask[" + i + "]").isEqualTo(step.mask()[i] != 0);
        }
        assertSameElements(
                where + " quantized",
                Tensors.values(fakeQuantize.quantize(step.x(), qparams, layout)),
                step.quantized());
    }

    private static void assertSameElements(String where, float[] actual, float[] expected) {
        assertThat(actual).as(where).hasSameSizeAs(expected);
        List<String> different = new ArrayList<>();
        for (int i = 0; i < expected.length; i++) {
            if (Float.floatToIntBits(actual[i]) != Float.floatToIntBits(expected[i])) { // any NaN equals any NaN
                different.add("[" + i + "] was " + actual[i] + " but the reference has " + expected[i]);
            }
        }
        assertThat(different).as(where).isEmpty();
    }

    /** The sign of a zero bound is the one thing not compared: torch's own depends on where in a vector it stood. */
    private static void assertSameArray(String where, NumericArray actual, GoldenCase.Array expected) {
        assertThat(actual.shape()).as(where).isEqualTo(expected.shape());
        for (int i = 0; i < expected.bits().length; i++) {
            if (actual instanceof IntArray ints) {
                assertThat(ints.get(i)).as(where).isEqualTo(expected.bits()[i]);
            } else if (actual instanceof FloatArray floats) {
                float value = Float.intBitsToFloat(expected.bits()[i]);
                boolean bothZero = value == 0 && floats.get(i) == 0;
                if (!bothZero) {
                    assertThat(Float.floatToIntBits(floats.get(i)))
                            .as(where + " " + floats.get(i) + " for " + value)
                            .isEqualTo(Float.floatToIntBits(value));
                }
            }
        }
    }
}
