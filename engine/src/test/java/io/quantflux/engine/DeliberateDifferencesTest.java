// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import static io.quantflux.spec.CalibrationState.RUNNING_MAX;
import static io.quantflux.spec.CalibrationState.RUNNING_MIN;
import static io.quantflux.spec.CalibrationState.SCALE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quantflux.engine.StepResult.Outcome;
import io.quantflux.engine.kernel.BlockLayout;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QParams;
import io.quantflux.spec.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each {@link DeliberateDifference} is there, and is exactly what the list says. */
class DeliberateDifferencesTest {
    private final CalibrationOperator operator =
            new CalibrationOperator(Components.standard(), NonFinitePolicy.PROPAGATE);

    static Stream<GoldenCase> halfPrecision() {
        return GoldenCase.of("half_precision").stream();
    }

    static Stream<GoldenCase> otherBatch() {
        return GoldenCase.of("other_batch").stream();
    }

    static Stream<GoldenCase> unready() {
        return GoldenCase.of("unready").stream();
    }

    static Stream<GoldenCase> empty() {
        return GoldenCase.of("empty").stream();
    }

    static Stream<GoldenCase> nonFinite() {
        return GoldenCase.of("non_finite").stream();
    }

    static Stream<GoldenCase> smallestBlocks() {
        return GoldenCase.of("smallest_blocks").stream();
    }

    @ParameterizedTest
    @EnumSource
    void theDocumentationHasTheSameList(DeliberateDifference difference) throws IOException {
        String page = Files.readString(Path.of("..", "docs", "conformance.md"));
        assertThat(page)
                .contains("| `" + difference + "` | " + difference.reason() + " | " + difference.instead() + " |");
    }

    /** The states of a case, one for each step that the reference did not refuse; the last is that before a refusal. */
    private CalibrationState upToTheRefusal(CalibrationOperator with, GoldenCase golden) {
        CalibrationState state = with.start(golden.spec(), golden.target());
        for (GoldenCase.Step step : golden.steps()) {
            state = state.with(step.apply(state.switches()));
            if (step.seen() != null) {
                state = with.step(state, step.x()).state();
            }
        }
        return state;
    }

    private static GoldenCase.Step last(GoldenCase golden) {
        return golden.steps().get(golden.steps().size() - 1);
    }

    /** That our qparams are those of the widened tensors is for {@link GoldenTest}. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("halfPrecision")
    void halfPrecision_givenEqualQParamsOutputsAreEqual(GoldenCase golden) {
        for (GoldenCase.Step step : golden.steps()) {
            GoldenCase.Seen asIs = requireNonNull(step.asIs());
            QParams theirs = Bits.qparams(asIs);
            Bits.assertSameArithmetic(golden.name(), golden, step.x(), asIs, theirs);
            FakeQuantize fakeQuantize =
                    Components.standard().choose(golden.spec(), golden.target()).fakeQuantize();
            Tensor x = step.x();
            BlockLayout layout =
                    BlockLayout.of(x.shape(), golden.spec().granularity().blockOf(x.shape(), golden.target()));
            Tensor y = Tensors.narrowed(
                    fakeQuantize.dequantize(fakeQuantize.quantize(x, theirs, layout), theirs, layout), x.elementType());
            Bits.assertSameElements(golden.name(), Tensors.values(y), Tensors.values(asIs.y()));
        }
    }

    @Test
    void halfPrecision_theReferenceRoundsRangeAndScaleToTheInputsDType() {
        List<GoldenCase> cases = halfPrecision().toList();
        List<String> different = new ArrayList<>();
        for (GoldenCase golden : cases) {
            for (GoldenCase.Step step : golden.steps()) {
                FloatArray theirs = Bits.floats(requireNonNull(step.asIs()), SCALE);
                Tensor rounded = Tensors.narrowed(
                        Tensor.of(theirs.shape(), theirs.toArray()), step.x().elementType());
                boolean ofInputType = Bits.sameBits(Tensors.values(rounded), theirs.toArray());
                boolean atTheFloor = Bits.contains(theirs, 0x1p-23f); // a float32 number, whatever the input
                boolean fixed = golden.spec().floatRange().isFixed(); // such bounds stay float32 there, too
                if (!atTheFloor && !fixed && golden.spec().scaleDType().key() == null) {
                    assertThat(ofInputType).as(golden.name()).isTrue();
                }
                if (!theirs.equals(Bits.floats(requireNonNull(step.seen()), SCALE))) {
                    different.add(golden.name());
                }
            }
        }
        assertThat(new TreeSet<>(different)).hasSizeGreaterThan(cases.size() / 2);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nonFinite")
    void nonFinite_isNotObservedUnlessPropagated(GoldenCase golden) {
        for (NonFinitePolicy policy : List.of(NonFinitePolicy.QUARANTINE, NonFinitePolicy.REJECT)) {
            CalibrationOperator careful = new CalibrationOperator(Components.standard(), policy);
            CalibrationState state = careful.start(golden.spec(), golden.target());
            for (GoldenCase.Step step : golden.steps()) {
                CalibrationState before = state.with(step.apply(state.switches()));
                StepResult result = careful.step(before, step.x());
                state = result.state();
                if (result.statistics().nonFinite().total() > 0) {
                    assertThat(state).isEqualTo(before);
                    boolean passes = policy == NonFinitePolicy.REJECT;
                    assertThat(result.qparams() == null).isEqualTo(passes);
                }
            }
        }
    }

    @Test
    void nanPayload_isTheOnlyDifferenceBetweenNaNs() {
        float other = Float.intBitsToFloat(0xFFC01234);
        Bits.assertSameElements("any NaN", new float[] {Float.NaN}, new float[] {other});
        assertThatThrownBy(() -> Bits.assertSameElements("", new float[] {1}, new float[] {other}))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void signOfZeroBound_isPlusInRunningRangesAndOtherwiseInTheReferenceHereAndThere() {
        TreeSet<String> different = new TreeSet<>();
        for (GoldenCase golden : GoldenTest.cases()) {
            CalibrationState state = operator.start(golden.spec(), golden.target());
            for (GoldenCase.Step step : golden.steps()) {
                state = operator.step(state.with(step.apply(state.switches())), step.x())
                        .state();
                for (String name : requireNonNull(step.seen()).state().keySet()) {
                    if (state.arrays().get(name) instanceof FloatArray ours
                            && !Bits.sameBits(
                                    ours.toArray(),
                                    Bits.floats(step.seen(), name).toArray())) {
                        different.add(name);
                    }
                    if (name.equals(RUNNING_MIN) || name.equals(RUNNING_MAX)) {
                        assertThat(Bits.contains(requireNonNull(state.floats(name)), -0f))
                                .as(golden.name() + " " + name)
                                .isFalse();
                    }
                }
            }
        }
        assertThat(different).isNotEmpty().isSubsetOf(RUNNING_MIN, RUNNING_MAX, CalibrationState.MINVAL);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unready")
    void unready_passesThroughWhereTheReferenceRaises(GoldenCase golden) {
        CalibrationState state = upToTheRefusal(operator, golden);
        GoldenCase.Step refused = last(golden);
        StepResult result = operator.step(state, refused.x());
        assertThat(refused.error()).isNotNull();
        assertThat(result.output()).isSameAs(refused.x());
        boolean mismatch = "_BlockSizeMismatchError".equals(refused.error());
        assertThat(result.outcome()).isEqualTo(mismatch ? Outcome.DISABLED_NOW : Outcome.NOT_READY);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("empty")
    void empty_isAlwaysRefused(GoldenCase golden) {
        CalibrationState state = operator.start(golden.spec(), golden.target());
        assertThatThrownBy(() -> operator.step(state, last(golden).x()))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage("shape was " + last(golden).x().shape() + " but a tensor must have at least one element");
    }

    @Test
    void empty_theReferenceRefusesMostButNotAll() {
        assertThat(empty().filter(golden -> last(golden).error() != null)).isNotEmpty();
        assertThat(empty().filter(golden -> last(golden).error() == null)).isNotEmpty();
    }

    @Test
    void dynamicExport_isIgnoredByTheOperator() {
        GoldenCase golden = GoldenCase.of("dynamic_export").get(0);
        assertThat(last(golden).error()).isEqualTo("NotImplementedError");
        StepResult result =
                operator.step(upToTheRefusal(operator, golden), last(golden).x());
        assertThat(result.outcome()).isEqualTo(Outcome.OBSERVED);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("otherBatch")
    void otherBatch_goesOnWhereTheReferenceRaises(GoldenCase golden) {
        CalibrationState before = operator.start(golden.spec(), golden.target());
        before = operator.step(before, golden.steps().get(0).x()).state();
        GoldenCase.Step other = last(golden);
        boolean observes = other.set().isEmpty();
        StepResult result = operator.step(before.with(other.apply(before.switches())), other.x());
        boolean keeps = !golden.spec().qparamCalculatorCls().equals("static");
        if (observes) {
            assertThat(result.outcome()).isEqualTo(Outcome.OBSERVED);
            assertThat(requireNonNull(result.state().qparams()).shape())
                    .isEqualTo(
                            golden.spec().granularity().qparamsShape(other.x().shape(), golden.target()));
        } else {
            assertThat(result.outcome()).isEqualTo(keeps ? Outcome.STORED : Outcome.NOT_READY);
            assertThat(result.state().arrays()).isEqualTo(before.arrays());
        }
        if (other.seen() != null) { // the reference broadcasts a batch of one into the static qparams of more
            assertThat(keeps).isFalse();
            Bits.assertSameElements(
                    golden.name(),
                    Tensors.values(result.output()),
                    Tensors.values(other.seen().y()));
        }
    }

    @Test
    void otherBatch_theReferenceRaisesWhereverARangeIsRunning() {
        assertThat(otherBatch()
                        .filter(golden -> !golden.spec().qparamCalculatorCls().equals("static")))
                .isNotEmpty()
                .allSatisfy(golden -> assertThat(last(golden).error()).isEqualTo("RuntimeError"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("smallestBlocks")
    void smallestBlocks_haveTheScaleAndAreDividedByIt(GoldenCase golden) {
        GoldenCase.Step step = last(golden);
        StepResult result = operator.step(operator.start(golden.spec(), golden.target()), step.x());
        GoldenCase.Seen seen = requireNonNull(step.seen());
        Bits.assertSameState(golden.name(), result.state(), seen);
        boolean rceil = "rceil".equals(golden.spec().extras().get("scale_rounding_mode"));
        float[] ours = Tensors.values(result.output());
        if (rceil) {
            assertThat(Bits.sameBits(ours, Tensors.values(seen.y()))).isFalse();
            float[] x = Tensors.values(step.x());
            for (int i = 0; i < x.length; i++) {
                assertThat(ours[i]).isEqualTo(ScalarOracle.fakeQuantize(golden.spec(), x[i], 0x1p-126f, 0, 0));
            }
        } else {
            Bits.assertSame(golden.name(), golden, step, result);
        }
    }
}
