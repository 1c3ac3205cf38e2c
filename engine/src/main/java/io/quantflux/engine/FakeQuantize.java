// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import io.quantflux.engine.kernel.BlockLayout;
import io.quantflux.spec.QParams;
import io.quantflux.spec.Tensor;
import java.util.BitSet;

/**
 * Quantizes and dequantizes with given qparams: the arithmetic half of the reference's {@code FakeQuantizeImplBase}.
 *
 * <p>The layout tells which block an element belongs to; the qparams have one value for each of its blocks.
 */
public interface FakeQuantize {
    /**
     * Quantizes and dequantizes in one pass.
     *
     * @param tensor any element type; widened to float32 for the arithmetic
     * @param qparams one value for each block of the tensor
     * @return output of the same shape and element type, and what was lost
     */
    FakeQuantized fakeQuantize(BlockedTensor tensor, QParams qparams);

    /**
     * {@return quantized values, not yet cast to the target dtype: float32, same shape}
     *
     * @param tensor any element type; widened to float32 for the arithmetic
     * @param qparams one value for each block of the tensor
     * @param layout which block an element belongs to
     */
    Tensor quantize(Tensor tensor, QParams qparams, BlockLayout layout);

    /**
     * {@return the inverse of {@link #quantize}: float32, same shape}
     *
     * @param quantized what {@link #quantize} has given
     * @param qparams one value for each block of the tensor
     * @param layout which block an element belongs to
     */
    Tensor dequantize(Tensor quantized, QParams qparams, BlockLayout layout);

    /**
     * {@return which elements, row-major, were within the representable range before clamping: where a gradient passes}
     *
     * @param tensor any element type; widened to float32 for the arithmetic
     * @param qparams one value for each block of the tensor
     * @param layout which block an element belongs to
     */
    BitSet gradientMask(Tensor tensor, QParams qparams, BlockLayout layout);

    /**
     * A fake-quantized tensor and what it lost.
     *
     * @param output same shape and element type as the input
     * @param sumSquaredError Σ(x−x')² over finite x, before x' is cast to the input's element type
     * @param clipped finite elements beyond the representable range by more than half a step
     * @param underflowed non-zero finite elements that became zero
     */
    record FakeQuantized(Tensor output, double sumSquaredError, long clipped, long underflowed) {}

    /** Registered under a spec's {@code fake_quantize_cls}. */
    interface Factory extends ComponentFactory<FakeQuantize> {}
}
