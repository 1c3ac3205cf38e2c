// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import java.util.Optional;
import java.util.ServiceLoader;

/** The kernels in use: the first provider that can run here, else {@link LoopKernels}; chosen once. */
public final class InstalledKernels {
    /** System property: {@code loops} takes the plain loops whatever else is there. */
    public static final String PROPERTY = "quantflux.kernels";

    private static final Kernels KERNELS = choose();

    private InstalledKernels() {}

    /**
     * {@return the kernels to use, always the same}
     *
     * @throws java.util.ServiceConfigurationError on the first call, if a provider cannot be loaded
     */
    public static Kernels get() {
        return KERNELS;
    }

    private static Kernels choose() {
        Kernels loops = new LoopKernels();
        if (loops.name().equals(System.getProperty(PROPERTY))) {
            return loops;
        }
        return ServiceLoader.load(KernelsProvider.class, InstalledKernels.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .map(KernelsProvider::kernels)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(loops);
    }
}
