// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.qparams;

import io.quantflux.engine.QParamsCalculator;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import java.util.Set;

/** {@code default}: {@code moving_average} for activations, {@code static} for weights and look-up tables. */
public final class DefaultQParams implements QParamsCalculator.Factory {
    private final QParamsCalculator.Factory forActivations = new MovingAverageQParams();
    private final QParamsCalculator.Factory forWeights = new StaticQParams();

    /** For {@link java.util.ServiceLoader}. */
    public DefaultQParams() {}

    @Override
    public String key() {
        return "default";
    }

    @Override
    public Set<String> extras() {
        return forActivations.extras();
    }

    @Override
    public QParamsCalculator create(QuantizationSpec spec, QuantizationTarget target) {
        return (target == QuantizationTarget.ACTIVATION ? forActivations : forWeights).create(spec, target);
    }
}
