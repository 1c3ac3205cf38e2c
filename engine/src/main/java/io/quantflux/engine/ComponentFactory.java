// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import java.util.Set;

/**
 * Makes one kind of component for a spec; what a {@link Registry} holds under a key.
 *
 * <p>Factories are stateless. Components are cheap to make, immutable and thread-safe: what a stream has taught them
 * lives in the calibration state, never in them.
 *
 * @param <T> the kind of component
 */
public interface ComponentFactory<T> {
    /** {@return the name that specs use, lower case, for example {@code moving_average}} */
    String key();

    /** {@return the extra spec fields this component reads; none unless it says so} */
    default Set<String> extras() {
        return Set.of();
    }

    /**
     * {@return the component as a spec asks for it}
     *
     * @param spec how the tensor is quantized
     * @param target what the tensor is: activation, weight or look-up table
     * @throws InvalidSpecException if an extra field has a value it cannot use
     */
    T create(QuantizationSpec spec, QuantizationTarget target);
}
