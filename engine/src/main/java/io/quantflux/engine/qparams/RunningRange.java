// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.qparams;

import static io.quantflux.spec.CalibrationState.RUNNING_MAX;
import static io.quantflux.spec.CalibrationState.RUNNING_MIN;

import io.quantflux.engine.QParamsCalculator;
import io.quantflux.engine.Range;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.Shape;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps a range that each tensor moves; the first tensor's range is taken as it is. */
record RunningRange(QParamsFormula formula, Rule min, Rule max) implements QParamsCalculator {
    /** A block's new bound, from what was kept and what a tensor showed. */
    @FunctionalInterface
    interface Rule {
        float apply(float kept, float shown);
    }

    @Override
    public Calibrated update(CalibrationState before, Range range) {
        FloatArray keptMin = before.floats(RUNNING_MIN);
        FloatArray keptMax = before.floats(RUNNING_MAX);
        Range running = keptMin == null || keptMax == null
                ? range
                : new Range(apply(min, keptMin, range.min()), apply(max, keptMax, range.max()));
        return calibrated(running);
    }

    /** The widest range over all indices of an axis whose extent changes, for every index it has from now on. */
    @Override
    public @Nullable Calibrated resized(CalibrationState before, Shape blocks) {
        FloatArray keptMin = before.floats(RUNNING_MIN);
        FloatArray keptMax = before.floats(RUNNING_MAX);
        return keptMin == null || keptMax == null
                ? null
                : calibrated(
                        new Range(Resizing.of(keptMin, blocks, Math::min), Resizing.of(keptMax, blocks, Math::max)));
    }

    private Calibrated calibrated(Range running) {
        return new Calibrated(formula.of(running), Map.of(RUNNING_MIN, running.min(), RUNNING_MAX, running.max()));
    }

    private static FloatArray apply(Rule rule, FloatArray kept, FloatArray shown) {
        float[] bounds = kept.toArray();
        for (int block = 0; block < bounds.length; block++) {
            bounds[block] = rule.apply(bounds[block], shown.get(block));
        }
        return FloatArray.of(kept.shape(), bounds);
    }
}
