// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.engine.kernel.ElementReader;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.NonFinitePolicy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every bit equals what the reference computed: qparams, running range, outputs, masks, quantized values. */
class GoldenTest {
    private final CalibrationOperator operator =
            new CalibrationOperator(Components.standard(), NonFinitePolicy.PROPAGATE);

    /** All that no deliberate difference claims. */
    static List<GoldenCase> cases() {
        return GoldenCase.all().stream()
                .filter(golden -> !DeliberateDifference.replaces(golden.group()))
                .toList();
    }

    @Test
    void theKitIsLargeAndSaysWhereItIsFrom() {
        assertThat(cases()).hasSizeGreaterThan(4700);
        assertThat(GoldenCase.header().get("cases").asInt())
                .isEqualTo(GoldenCase.all().size());
        assertThat(GoldenCase.header().get("seed").asInt()).isEqualTo(20261123);
        assertThat(GoldenCase.header().at("/packages/coreai-opt").asText()).isEqualTo("0.3.0");
        assertThat(GoldenCase.header().get("made_by").asText()).contains("generate_golden.py");
        assertThat(GoldenCase.header().get("date").asText()).matches("\\d{4}-\\d\\d-\\d\\d");
    }

    @Test
    void largeIsMoreThanOneChunk() {
        assertThat(GoldenCase.of("large")).isNotEmpty().allSatisfy(golden -> assertThat(
                        golden.steps().get(0).x().elements())
                .isGreaterThan(ElementReader.CHUNK));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void agreesWithTheReferenceToTheBit(GoldenCase golden) {
        CalibrationState state = operator.start(golden.spec(), golden.target());
        for (int i = 0; i < golden.steps().size(); i++) {
            GoldenCase.Step step = golden.steps().get(i);
            StepResult result = operator.step(state.with(step.apply(state.switches())), step.x());
            Bits.assertSame(golden.name() + " step " + i, golden, step, result);
            state = result.state();
        }
    }
}
