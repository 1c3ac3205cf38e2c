// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import io.quantflux.spec.ElementType;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A provider of the hot loops. Every provider gives the same bits. Stateless and thread-safe; the loops it hands out are not. */
public interface Kernels {
    /** {@return the name of the provider, as logs and benchmarks show it} */
    String name();

    /**
     * {@return new loops that observe a tensor}
     *
     * @param x float32, float16 or bfloat16, with at least one element
     */
    ObserveKernel observe(Tensor x);

    /**
     * {@return new loops that quantize and dequantize a tensor}
     *
     * @param x float32, float16 or bfloat16, with at least one element
     * @param y receives the result in the tensor's element type, from index 0 on; little-endian
     * @param format the floating format to round to; {@code null} rounds to integers, to nearest with ties to even
     * @param finite whether every element is known to be a finite number, and params to be {@link BlockParams#regular}; loops
     * may rely on it
     */
    QuantizeKernel quantize(Tensor x, ByteBuffer y, @Nullable Minifloat format, boolean finite);

    /**
     * {@return the bytes that {@code y} of {@link #quantize} needs}
     *
     * @param x the tensor that is to be quantized
     */
    static int outputBytes(Tensor x) {
        ElementType type = x.elementType();
        return Math.multiplyExact(x.elements(), type.bytes());
    }
}
