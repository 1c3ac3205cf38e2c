// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Plain loops over arrays, in the forms that the JIT compiler turns into vector instructions by itself.
 *
 * <p>Those forms are particular: one index for all arrays of a loop, {@code Math.min} and {@code Math.max} element by element, counts
 * as arithmetic, and folds in place of reductions.
 */
public final class LoopKernels implements Kernels {
    /** Kernels that hold nothing, and run anywhere. */
    public LoopKernels() {}

    @Override
    public String name() {
        return "loops";
    }

    @Override
    public ObserveKernel observe(Tensor x) {
        return new LoopObserve(new ElementReader(x));
    }

    @Override
    public QuantizeKernel quantize(Tensor x, ByteBuffer y, @Nullable Minifloat format, boolean finite) {
        ElementReader reader = new ElementReader(x);
        ElementWriter writer = new ElementWriter(x.shape(), x.elementType(), y);
        return format == null
                ? new LoopQuantize.ToIntegers(reader, writer)
                : new LoopQuantize.ToFormat(reader, writer, format);
    }
}
