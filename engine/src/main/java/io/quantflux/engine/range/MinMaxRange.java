// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.range;

import io.quantflux.engine.Range;
import io.quantflux.engine.RangeCalculator;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;

/** {@code minmax}: the least and the greatest value of each block. */
public final class MinMaxRange implements RangeCalculator.Factory {
    /** For {@link java.util.ServiceLoader}. */
    public MinMaxRange() {}

    @Override
    public String key() {
        return "minmax";
    }

    @Override
    public RangeCalculator create(QuantizationSpec spec, QuantizationTarget target) {
        return tensor -> new Range(tensor.min(), tensor.max());
    }
}
