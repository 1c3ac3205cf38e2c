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
import io.quantflux.spec.Tensor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Comparisons of what the engine gives with what the reference gave, bit by bit; any NaN equals any NaN. */
final class Bits {
    private static final Components COMPONENTS = Components.standard();

    private Bits() {}

    /** Everything: switches, arrays, output, and where there are, mask and quantized values. */
    static void assertSame(String where, GoldenCase golden, GoldenCase.Step step, StepResult result) {
        GoldenCase.Seen seen = requireNonNull(step.seen());
        assertThat(result.state().switches().disabled()).as(where + " disabled").isEqualTo(seen.disabled());
        assertSameState(where, result.state(), seen);
        assertSameElements(where + " output", Tensors.values(result.output()), Tensors.values(seen.y()));
        QParams qparams = result.qparams();
        if (qparams == null) {
            assertThat(seen.mask()).as(where + " passed through").isEmpty();
            return;
        }
        assertSameArithmetic(where, golden, step.x(), seen, qparams);
    }

    static void assertSameState(String where, CalibrationState state, GoldenCase.Seen seen) {
        assertThat(state.arrays().keySet()).as(where).isEqualTo(seen.state().keySet());
        seen.state()
                .forEach((name, array) -> assertSameArray(
                        where + " " + name, requireNonNull(state.arrays().get(name)), array));
    }

    /** Mask and quantized values under given qparams. */
    static void assertSameArithmetic(String where, GoldenCase golden, Tensor x, GoldenCase.Seen seen, QParams qparams) {
        FakeQuantize fakeQuantize =
                COMPONENTS.choose(golden.spec(), golden.target()).fakeQuantize();
        BlockLayout layout =
                BlockLayout.of(x.shape(), golden.spec().granularity().blockOf(x.shape(), golden.target()));
        if (seen.mask().length > 0) {
            BitSet mask = fakeQuantize.gradientMask(x, qparams, layout);
            for (int i = 0; i < seen.mask().length; i++) {
                assertThat(mask.get(i)).as(where + " mask[" + i + "]").isEqualTo(seen.mask()[i] != 0);
            }
        }
        if (seen.quantized().length > 0) {
            assertSameElements(
                    where + " quantized", Tensors.values(fakeQuantize.quantize(x, qparams, layout)), seen.quantized());
        }
    }

    static void assertSameElements(String where, float[] actual, float[] expected) {
        assertThat(actual).as(where).hasSameSizeAs(expected);
        List<String> different = new ArrayList<>();
        for (int i = 0; i < expected.length; i++) {
            if (Float.floatToIntBits(actual[i]) != Float.floatToIntBits(expected[i])) {
                different.add("[" + i + "] was " + actual[i] + " but the reference has " + expected[i]);
            }
        }
        assertThat(different).as(where).isEmpty();
    }

    /** All but the sign of a zero, see {@link DeliberateDifference#SIGN_OF_ZERO_BOUND}. */
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

    /** The reference's own qparams. */
    static QParams qparams(GoldenCase.Seen seen) {
        GoldenCase.Array zeroPoint = seen.state().get(CalibrationState.ZERO_POINT);
        return new QParams(
                floats(seen, CalibrationState.SCALE),
                zeroPoint == null ? null : IntArray.of(zeroPoint.shape(), zeroPoint.bits()),
                zeroPoint == null ? null : floats(seen, CalibrationState.MINVAL));
    }

    static FloatArray floats(GoldenCase.Seen seen, String name) {
        GoldenCase.Array array = requireNonNull(seen.state().get(name), name);
        float[] values = new float[array.bits().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(array.bits()[i]);
        }
        return FloatArray.of(array.shape(), values);
    }

    static boolean sameBits(float[] ours, float[] theirs) {
        for (int i = 0; i < ours.length; i++) {
            if (Float.floatToIntBits(ours[i]) != Float.floatToIntBits(theirs[i])) {
                return false;
            }
        }
        return ours.length == theirs.length;
    }

    static boolean contains(FloatArray values, float value) {
        for (int i = 0; i < values.size(); i++) {
            if (Float.floatToRawIntBits(values.get(i)) == Float.floatToRawIntBits(value)) {
                return true;
            }
        }
        return false;
    }
}
