// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import io.quantflux.engine.kernel.Kernels;
import io.quantflux.engine.kernel.LoopKernels;
import io.quantflux.engine.kernel.Minifloat;
import io.quantflux.engine.kernel.ObserveKernel;
import io.quantflux.engine.kernel.QuantizeKernel;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Loops on the Vector API that read and write a heap buffer's array in place.
 *
 * <p>The loops are written out for each formula: a vector that passes through a virtual call, or through a choice within a
 * loop, becomes an object. So it may where the compiler puts a loop into its caller and gives up half-way, being over its
 * limits; hence all loops are methods named {@code loop…}, and {@code bin/quantflux} starts the JVM with {@code
 * -XX:CompileCommand=dontinline,io.quantflux.engine.vector.*::loop*}.
 */
final class VectorKernels implements Kernels {
    private static final Kernels LOOPS = new LoopKernels();

    @Override
    public String name() {
        return "vector" + Lanes.BITS;
    }

    @Override
    public ObserveKernel observe(Tensor x) {
        return new VectorObserve(new ByteInput(x));
    }

    @Override
    public QuantizeKernel quantize(Tensor x, ByteBuffer y, @Nullable Minifloat format, boolean finite) {
        if (format == null && !finite) { // rare, and what clamps integers fast loses NaN
            return LOOPS.quantize(x, y, null, false);
        }
        ByteInput input = new ByteInput(x);
        ByteOutput output = new ByteOutput(x, y);
        return format == null ? new ToIntegers(input, output) : new ToFormat(input, output, format);
    }
}
