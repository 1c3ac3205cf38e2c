// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.fakequant;

import io.quantflux.engine.BlockedTensor;
import io.quantflux.engine.FakeQuantize;
import io.quantflux.engine.kernel.BlockLayout;
import io.quantflux.engine.kernel.BlockParams;
import io.quantflux.engine.kernel.ElementWriter;
import io.quantflux.engine.kernel.Kernels;
import io.quantflux.engine.kernel.QuantizePass;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.QParams;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import java.util.BitSet;

/** Chunk by chunk through the kernels; the rarer halves of the way element by element. */
record RoundToNearest(StepArithmetic arithmetic, Kernels kernels) implements FakeQuantize {
    @Override
    public FakeQuantized fakeQuantize(BlockedTensor tensor, QParams qparams) {
        BlockParams params = arithmetic.params(qparams);
        boolean finite = tensor.nonFinite() == 0 && params.regular();
        QuantizePass pass = new QuantizePass(
                kernels, arithmetic.format(), tensor.layout(), params, mayClip(tensor, params), finite);
        Tensor x = tensor.tensor();
        ByteBuffer y = tensor.outputMemory(Kernels.outputBytes(x));
        QuantizePass.Loss loss = pass.measure(x, y, tensor.parallelism());
        Tensor output = new Tensor(x.shape(), x.elementType(), y);
        if (!finite) {
            long[] counts = countsOfFinite(tensor, params, arithmetic.quantOffset(qparams));
            return new FakeQuantized(output, loss.squaredError(), counts[0], counts[1]);
        }
        return new FakeQuantized(output, loss.squaredError(), loss.clipped(), loss.underflowed());
    }

    /** Rounding is monotone, so bounds speak for all elements between them. */
    private static boolean[] mayClip(BlockedTensor tensor, BlockParams params) {
        return tensor.regionsWhere((min, max, block) -> params.clips(min, block) || params.clips(max, block));
    }

    /** Clipped and underflowed, one by one: the kernels' counts hold for finite tensors and scales only. */
    private long[] countsOfFinite(BlockedTensor tensor, BlockParams params, float[] offset) {
        long[] counts = new long[2];
        EachElement.of(tensor.tensor(), tensor.layout()).forEach((index, x, block) -> {
            if (Float.isFinite(x)) {
                float q = arithmetic.quantized(arithmetic.steps(x, params, block), offset[block]);
                counts[0] += params.clips(x, block) ? 1 : 0;
                counts[1] += x != 0 && arithmetic.dequantized(q, offset[block], params, block) == 0 ? 1 : 0;
            }
        });
        return counts;
    }

    @Override
    public Tensor quantize(Tensor tensor, QParams qparams, BlockLayout layout) {
        BlockParams params = arithmetic.params(qparams);
        float[] offset = arithmetic.quantOffset(qparams);
        ElementWriter writer = new ElementWriter(tensor.shape(), ElementType.FLOAT32);
        EachElement.of(tensor, layout)
                .map(writer, (x, block) -> arithmetic.quantized(arithmetic.steps(x, params, block), offset[block]));
        return writer.tensor();
    }

    @Override
    public Tensor dequantize(Tensor quantized, QParams qparams, BlockLayout layout) {
        BlockParams params = arithmetic.params(qparams);
        float[] offset = arithmetic.quantOffset(qparams);
        ElementWriter writer = new ElementWriter(quantized.shape(), ElementType.FLOAT32);
        EachElement.of(quantized, layout)
                .map(writer, (q, block) -> arithmetic.dequantized(q, offset[block], params, block));
        return writer.tensor();
    }

    @Override
    public BitSet gradientMask(Tensor tensor, QParams qparams, BlockLayout layout) {
        BlockParams params = arithmetic.params(qparams);
        float[] offset = arithmetic.quantOffset(qparams);
        BitSet mask = new BitSet(tensor.elements());
        EachElement.of(tensor, layout).forEach((index, x, block) -> {
            if (arithmetic.inRange(arithmetic.steps(x, params, block), offset[block])) {
                mask.set(index);
            }
        });
        return mask;
    }
}
