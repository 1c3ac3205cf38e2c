// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import io.quantflux.spec.Tensor;

/**
 * One pass that quantizes and dequantizes a tensor and measures what is lost; runs once.
 *
 * <p>Long runs go to the kernels as they are. Where stretches are short or rows, the params are spread over the chunk first,
 * so that one loop takes it whole; if each chunk has the same sequence of blocks, they are spread once.
 */
public final class QuantizePass {
    private static final int LONG_RUN = 256;

    private final Kernels kernels;
    private final QuantizeKernel kernel;
    private final BlockLayout layout;
    private final BlockParams params;
    private final boolean[] mayClip;
    private final boolean anyMayClip;
    private final float[] x;
    private final float[] y;
    private final float[] clipped;
    private final float[] underflowed;
    private double squaredError;

    /** @param mayClip blocks with an element beyond the margin; the others are not looked at for it */
    public QuantizePass(
            Kernels kernels, QuantizeKernel kernel, BlockLayout layout, BlockParams params, boolean[] mayClip) {
        this.kernels = kernels;
        this.kernel = kernel;
        this.layout = layout;
        this.params = params;
        this.mayClip = mayClip;
        boolean any = false;
        for (boolean block : mayClip) {
            any |= block;
        }
        anyMayClip = any;
        int chunk = (int) Math.min(ElementReader.CHUNK, layout.tensor().elements());
        x = new float[chunk];
        y = new float[chunk];
        clipped = new float[any ? chunk : 0];
        underflowed = new float[chunk];
    }

    /** Same shape and element type. */
    public Tensor run(Tensor tensor) {
        ElementReader reader = new ElementReader(tensor);
        ElementWriter writer = new ElementWriter(tensor.shape(), tensor.elementType());
        boolean longRuns = !layout.rows() && layout.inner() >= LONG_RUN;
        BlockParams spread = longRuns ? params : params.forChunk(x.length);
        boolean spreadOnce = layout.repeatsEvery(ElementReader.CHUNK);
        BlockLayout.Walk walk = layout.walk();
        int start = 0;
        for (int count = reader.read(x); count > 0; count = reader.read(x)) {
            if (longRuns) {
                runs(walk, start, count);
            } else {
                if (start == 0 || !spreadOnce) {
                    while (walk.next(start + count)) {
                        params.spread(spread, walk.from() - start, walk.to() - start, walk.block(), layout.rows());
                    }
                }
                kernel.each(x, y, 0, count, spread);
                if (anyMayClip) {
                    kernels.countClippedEach(x, 0, count, spread, clipped);
                }
            }
            writer.write(y, count);
            kernels.countUnderflowed(x, y, count, underflowed);
            squaredError += squaredError(count);
            start += count;
        }
        return writer.tensor();
    }

    private void runs(BlockLayout.Walk walk, int start, int count) {
        while (walk.next(start + count)) {
            int from = walk.from() - start;
            int to = walk.to() - start;
            kernel.run(x, y, from, to, params, walk.block());
            if (mayClip[walk.block()]) {
                kernels.countClipped(x, from, to, params, walk.block(), clipped);
            }
        }
    }

    /** Over finite x: where the sum is not finite, elements with another x are taken out, and it is summed again. */
    private double squaredError(int count) {
        kernels.difference(x, y, count);
        double error = kernels.sumSquares(y, count);
        if (Double.isFinite(error)) {
            return error;
        }
        for (int i = 0; i < count; i++) {
            y[i] = Float.isFinite(x[i]) ? y[i] : 0;
        }
        return kernels.sumSquares(y, count);
    }

    /** Σ(x−x')² over finite x, the difference rounded to float32, the sum in the order of {@link Observation}. */
    public double squaredError() {
        return squaredError;
    }

    /** Elements beyond the margin; NaN if the tensor or a scale had NaN. Infinite ones count, too. */
    public double clipped() {
        return total(clipped);
    }

    /** Non-zero elements that became zero; NaN if the tensor or a scale had NaN. */
    public double underflowed() {
        return total(underflowed);
    }

    private static double total(float[] counts) {
        double total = 0;
        for (float count : counts) {
            total += count;
        }
        return total;
    }
}
