// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.fakequant;

import io.quantflux.engine.FakeQuantize;
import io.quantflux.engine.kernel.BlockLayout;
import io.quantflux.engine.kernel.BlockParams;
import io.quantflux.engine.kernel.ElementReader;
import io.quantflux.engine.kernel.ElementWriter;
import io.quantflux.engine.kernel.Kernels;
import io.quantflux.engine.kernel.QuantizeKernel;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.QParams;
import io.quantflux.spec.Tensor;
import java.util.BitSet;

/** Chunk by chunk through the kernels; the rarer halves of the way element by element. */
record RoundToNearest(StepArithmetic arithmetic, Kernels kernels) implements FakeQuantize {
    @Override
    public FakeQuantized fakeQuantize(Tensor tensor, QParams qparams, BlockLayout layout) {
        BlockParams params = arithmetic.params(qparams);
        QuantizeKernel kernel = arithmetic.kernel(kernels);
        ElementReader reader = new ElementReader(tensor);
        ElementWriter writer = new ElementWriter(tensor.shape(), tensor.elementType());
        BlockLayout.Walk walk = layout.walk();
        float[] x = reader.newChunk();
        float[] y = reader.newChunk();
        double error = 0;
        long clipped = 0;
        long underflowed = 0;
        int start = 0;
        for (int count = reader.read(x); count > 0; count = reader.read(x)) {
            while (walk.next(start + count)) {
                int from = walk.from() - start;
                int to = walk.to() - start;
                if (layout.rows()) {
                    clipped += kernels.clippedRow(x, y, from, to, params, walk.block());
                    kernel.row(x, y, from, to, params, walk.block());
                } else {
                    clipped += kernels.clippedRun(x, from, to, params, walk.block());
                    kernel.run(x, y, from, to, params, walk.block());
                }
            }
            writer.write(y, count);
            underflowed += kernels.underflowed(x, y, count);
            error += error(x, y, count);
            start += count;
        }
        return new FakeQuantized(writer.tensor(), error, clipped, underflowed);
    }

    /** Over finite x: where the sum is not finite, pairs with another x are taken out, and it is summed again. */
    private double error(float[] x, float[] y, int count) {
        double error = kernels.sumSquaredError(x, y, count);
        if (Double.isFinite(error)) {
            return error;
        }
        for (int i = 0; i < count; i++) {
            if (!Float.isFinite(x[i])) {
                x[i] = 0;
                y[i] = 0;
            }
        }
        return kernels.sumSquaredError(x, y, count);
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
