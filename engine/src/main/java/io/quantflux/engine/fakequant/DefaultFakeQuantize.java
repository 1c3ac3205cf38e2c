// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.fakequant;

import io.quantflux.engine.FakeQuantize;
import io.quantflux.engine.kernel.InstalledKernels;
import io.quantflux.engine.kernel.Kernels;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;

/** {@code default}: round to the nearest step of an integer dtype, or to the nearest value of a floating one. */
public final class DefaultFakeQuantize implements FakeQuantize.Factory {
    private final Kernels kernels = InstalledKernels.get();

    /** For {@link java.util.ServiceLoader}. */
    public DefaultFakeQuantize() {}

    @Override
    public String key() {
        return "default";
    }

    @Override
    public FakeQuantize create(QuantizationSpec spec, QuantizationTarget target) {
        return new RoundToNearest(StepArithmetic.of(spec), kernels);
    }
}
