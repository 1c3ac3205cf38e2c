// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import java.util.Optional;

/** Offers kernels where the JVM and the processor can run them; found by {@link java.util.ServiceLoader}. */
public interface KernelsProvider {
    /** {@return the kernels, or empty where they cannot run} */
    Optional<Kernels> kernels();
}
