// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.qparams;

import io.quantflux.engine.QParamsCalculator;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import java.util.Map;
import java.util.Set;

/** {@code static}: the range of the newest tensor alone. */
public final class StaticQParams implements QParamsCalculator.Factory {
    /** For {@link java.util.ServiceLoader}. */
    public StaticQParams() {}

    @Override
    public String key() {
        return "static";
    }

    @Override
    public Set<String> extras() {
        return QParamsFormula.EXTRAS;
    }

    @Override
    public QParamsCalculator create(QuantizationSpec spec, QuantizationTarget target) {
        QParamsFormula formula = QParamsFormula.of(spec);
        return (before, range) -> new QParamsCalculator.Calibrated(formula.of(range), Map.of());
    }
}
