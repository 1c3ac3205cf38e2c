// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.kernels;

import io.quantflux.engine.kernel.BlockLayout;
import io.quantflux.engine.kernel.BlockParams;
import io.quantflux.engine.kernel.Kernels;
import io.quantflux.engine.kernel.Observation;
import io.quantflux.engine.kernel.Parallelism;
import io.quantflux.engine.kernel.QuantizePass;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Observes a tensor, takes a symmetric scale for each block from its bounds, and fake-quantizes it with that; or with a range that is
 * a tenth narrower, as a running range may be.
 */
final class Ours {
    private final Tensor x;
    private final BlockLayout layout;
    private final Kernels kernels;
    private final Parallelism parallelism;
    private final Workload workload;
    private final boolean measured;
    private final boolean narrower;
    private final BlockParams params;
    private final QuantizePass pass;
    private final ByteBuffer y;
    private final float half;

    /**
     * @param measured with the statistics of what was lost; those of the input are always taken
     * @param narrower whether some elements are out of range
     */
    Ours(Workload workload, Tensor x, Kernels kernels, Parallelism parallelism, boolean measured, boolean narrower) {
        this.x = x;
        this.workload = workload;
        this.kernels = kernels;
        this.parallelism = parallelism;
        this.measured = measured;
        this.narrower = narrower;
        layout = workload.layout();
        int blocks = layout.blocks();
        double max = workload.format() == null ? 127 : workload.format().max();
        half = workload.format() == null ? 127.5f : (float) max;
        params = new BlockParams(
                new float[blocks],
                new float[blocks],
                filled(blocks, workload.format() == null ? -128 : (float) -max),
                filled(blocks, (float) max),
                0.501f);
        pass = pass(new boolean[layout.regions()]);
        y = ByteBuffer.allocate(Kernels.outputBytes(x));
    }

    private static float[] filled(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return values;
    }

    private QuantizePass pass(boolean[] mayClip) {
        return new QuantizePass(kernels, workload.minifloat(), layout, params, mayClip, true);
    }

    void run() {
        Observation seen = Observation.of(x, layout, kernels, parallelism);
        float[] min = seen.blockMin();
        float[] max = seen.blockMax();
        float[] scale = params.scale();
        float part = narrower ? 0.9f / half : 1 / half;
        for (int block = 0; block < scale.length; block++) {
            scale[block] = Math.max(Math.max(-min[block], max[block]) * part, 0x1p-23f);
        }
        if (narrower) {
            pass(seen.regionsWhere((low, high, block) -> params.clips(low, block) || params.clips(high, block)))
                    .measure(x, y, parallelism);
        } else if (measured) {
            pass.measure(x, y, parallelism);
        } else {
            pass.run(x, y, parallelism);
        }
    }
}
