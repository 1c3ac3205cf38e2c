// SPDX-License-Identifier: Apache-2.0
package com.example;

import io.quantflux.engine.QParamsCalculator;
import io.quantflux.engine.Range;
import io.quantflux.engine.qparams.QParamsFormula;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * {@code decaying_extremes}: the widest range so far, which shrinks by the factor {@code decay} with each tensor; 0.9 unless
 * given. What it remembers are two arrays of the tensor's state, so that it survives a restart.
 */
public final class DecayingExtremes implements QParamsCalculator.Factory {
    private static final String DECAY = "decay";

    @Override
    public String key() {
        return "decaying_extremes";
    }

    @Override
    public Set<String> extras() {
        Set<String> extras = new HashSet<>(QParamsFormula.EXTRAS);
        extras.add(DECAY);
        return extras;
    }

    @Override
    public QParamsCalculator create(QuantizationSpec spec, QuantizationTarget target) {
        Object value = spec.extras().getOrDefault(DECAY, 0.9);
        if (!(value instanceof Number number) || !(number.doubleValue() > 0 && number.doubleValue() < 1)) {
            throw new InvalidSpecException(DECAY, value, "must be a number between 0 and 1");
        }
        float decay = number.floatValue();
        QParamsFormula formula = QParamsFormula.of(spec);
        return (before, range) -> update(before, range, decay, formula);
    }

    private static QParamsCalculator.Calibrated update(
            CalibrationState before, Range range, float decay, QParamsFormula formula) {
        float[] min = range.min().toArray();
        float[] max = range.max().toArray();
        FloatArray least = before.floats(CalibrationState.RUNNING_MIN);
        FloatArray greatest = before.floats(CalibrationState.RUNNING_MAX);
        if (least != null && greatest != null) {
            for (int block = 0; block < min.length; block++) {
                min[block] = Math.min(min[block], decay * least.get(block));
                max[block] = Math.max(max[block], decay * greatest.get(block));
            }
        }
        FloatArray runningMin = FloatArray.of(range.min().shape(), min);
        FloatArray runningMax = FloatArray.of(range.max().shape(), max);
        return new QParamsCalculator.Calibrated(
                formula.of(new Range(runningMin, runningMax)),
                Map.of(CalibrationState.RUNNING_MIN, runningMin, CalibrationState.RUNNING_MAX, runningMax));
    }
}
