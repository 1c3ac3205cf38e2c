// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import io.quantflux.engine.kernel.Kernels;
import io.quantflux.engine.kernel.KernelsProvider;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Offers {@link VectorKernels} where the JVM was started with {@code --add-modules jdk.incubator.vector} and vectors have 256
 * or 512 bits.
 */
public final class VectorKernelsProvider implements KernelsProvider {
    /** For {@link java.util.ServiceLoader}. */
    public VectorKernelsProvider() {}

    @Override
    public Optional<Kernels> kernels() {
        boolean module = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        boolean fits = module && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN && Lanes.fit();
        return fits ? Optional.of(new VectorKernels()) : Optional.empty();
    }
}
