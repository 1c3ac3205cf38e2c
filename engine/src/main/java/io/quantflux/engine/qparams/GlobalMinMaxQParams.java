// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.qparams;

import io.quantflux.engine.QParamsCalculator;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import java.util.Set;

/** {@code global_minmax}: the widest range over all tensors; it never narrows. */
public final class GlobalMinMaxQParams implements QParamsCalculator.Factory {
    /** For {@link java.util.ServiceLoader}. */
    public GlobalMinMaxQParams() {}

    @Override
    public String key() {
        return "global_minmax";
    }

    @Override
    public Set<String> extras() {
        return QParamsFormula.EXTRAS;
    }

    @Override
    public QParamsCalculator create(QuantizationSpec spec, QuantizationTarget target) {
        return new RunningRange(QParamsFormula.of(spec), Math::min, Math::max);
    }
}
