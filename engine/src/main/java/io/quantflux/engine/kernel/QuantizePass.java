// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * One pass that quantizes and dequantizes a tensor and, if asked to, measures what is lost.
 *
 * <p>Long stretches go to the kernels as they are. Where stretches are short, the params are spread over the chunk first,
 * so that one loop takes it whole; if each chunk has the same sequence of blocks, they are spread once.
 */
public final class QuantizePass {
    /** A stretch of so many elements is worth a call. */
    static final int LONG = 128;

    private final Kernels kernels;
    private final @Nullable Minifloat format;
    private final BlockLayout layout;
    private final BlockParams params;
    private final boolean[] mayClip;
    private final boolean anyMayClip;
    private final boolean finite;

    /**
     * Ready to run over tensors of that layout.
     *
     * @param kernels the loops to use
     * @param format the floating format to round to; {@code null} rounds to integers
     * @param layout which block each element belongs to
     * @param params scale and limits of each block; shared, not copied
     * @param mayClip regions with an element beyond the margin, see {@link Observation#regionsWhere}; the others need not be looked
     * at for it
     * @param finite whether the tensors are known to have only finite elements, and the params to be {@link
     * BlockParams#regular}: loops are faster then
     * @throws IllegalArgumentException if {@code mayClip} is not as long as there are regions
     */
    public QuantizePass(
            Kernels kernels,
            @Nullable Minifloat format,
            BlockLayout layout,
            BlockParams params,
            boolean[] mayClip,
            boolean finite) {
        if (mayClip.length != layout.regions()) {
            throw new IllegalArgumentException(mayClip.length + " answers for " + layout.regions() + " regions");
        }
        this.kernels = kernels;
        this.format = format;
        this.layout = layout;
        this.params = params;
        this.mayClip = mayClip;
        this.finite = finite;
        boolean any = false;
        for (boolean region : mayClip) {
            any |= region;
        }
        anyMayClip = any;
    }

    /**
     * What was lost. Sums go over finite elements in the order of {@link Observation}; counts hold where elements and params are
     * finite.
     *
     * @param squaredError Σ(x−x')², the difference rounded to float32
     * @param clipped elements beyond the margin
     * @param underflowed non-zero elements that became zero
     */
    public record Loss(double squaredError, long clipped, long underflowed) {}

    /**
     * Quantizes and dequantizes a tensor, and measures nothing.
     *
     * @param tensor float32, float16 or bfloat16, of the layout's shape
     * @param into receives the output in the tensor's element type, little-endian from index 0 on; has position 0
     * and exactly the tensor's bytes
     * @param parallelism who shares the work; the results are the same bits
     * @return the output, over the bytes of {@code into}: same shape and element type
     * @throws io.quantflux.spec.InvalidSpecException if {@code into} has more than the tensor's bytes
     */
    public Tensor run(Tensor tensor, ByteBuffer into, Parallelism parallelism) {
        each(tensor, into, parallelism, false);
        return new Tensor(tensor.shape(), tensor.elementType(), into);
    }

    /**
     * Quantizes and dequantizes a tensor, and measures what is lost.
     *
     * @param tensor float32, float16 or bfloat16, of the layout's shape
     * @param into receives the output in the tensor's element type, little-endian from index 0 on; has position 0
     * and exactly the tensor's bytes
     * @param parallelism who shares the work; the results are the same bits
     * @return what was lost
     */
    public Loss measure(Tensor tensor, ByteBuffer into, Parallelism parallelism) {
        Task[] tasks = each(tensor, into, parallelism, true);
        double squaredError = 0;
        long clipped = 0;
        long underflowed = 0;
        for (double part : tasks[0].errors) {
            squaredError += part;
        }
        for (Task task : tasks) {
            clipped += task.kernel.clipped();
            underflowed += task.kernel.underflowed();
        }
        return new Loss(squaredError, clipped, underflowed);
    }

    private Task[] each(Tensor tensor, ByteBuffer into, Parallelism parallelism, boolean measured) {
        Parts parts = Parts.of(tensor.elements(), parallelism);
        double[] errors = new double[parts.count()];
        Task[] tasks = new Task[parts.tasks()];
        for (int i = 0; i < tasks.length; i++) {
            tasks[i] = new Task(tensor, into.duplicate().order(ByteOrder.LITTLE_ENDIAN), parts, errors, measured);
        }
        if (tasks.length == 1) {
            tasks[0].run(0);
        } else {
            parallelism.run(tasks.length, task -> tasks[task].run(task));
        }
        return tasks;
    }

    /** What one task does of it. */
    private final class Task {
        private final Parts parts;
        private final double[] errors;
        private final boolean measured;
        private final QuantizeKernel kernel;
        private final boolean spreads = layout.inner() < LONG && layout.blocks() > 1;
        private final BlockParams spread;

        Task(Tensor tensor, ByteBuffer into, Parts parts, double[] errors, boolean measured) {
            this.parts = parts;
            this.errors = errors;
            this.measured = measured;
            kernel = kernels.quantize(tensor, into, format, finite);
            spread = spreads ? params.forChunk(Math.min(ElementReader.CHUNK, tensor.elements())) : params;
        }

        void run(int task) {
            int first = parts.firstOf(task);
            BlockLayout.Walk walk = layout.walk(parts.start(first));
            boolean fresh = true;
            for (int part = first; part < parts.firstOf(task + 1); part++) {
                int end = parts.start(part + 1);
                for (int start = parts.start(part); start < end; start += ElementReader.CHUNK) {
                    int count = Math.min(ElementReader.CHUNK, end - start);
                    kernel.load(start, count);
                    errors[part] += spreads ? spreading(walk, start, count, fresh) : stretches(walk, start, count);
                    kernel.store();
                    fresh = false;
                }
            }
        }

        private double spreading(BlockLayout.Walk walk, int start, int count, boolean fresh) {
            if (fresh || !layout.repeatsEvery(ElementReader.CHUNK)) {
                while (walk.next(start + count)) {
                    params.spread(spread, walk.from() - start, walk.to() - start, walk.block(), layout.run());
                }
            }
            kernel.each(0, count, spread, 0, measured && anyMayClip);
            return measured ? trusted(kernel.loss(), count) : 0;
        }

        private double stretches(BlockLayout.Walk walk, int start, int count) {
            int end = start + count;
            while (walk.next(end)) {
                int from = walk.from() - start;
                int to = walk.to() - start;
                int block = walk.block();
                if (layout.run() == 1) {
                    kernel.each(from, to, params, block, measured && anyMayClip);
                } else if (layout.run() < to - from) {
                    kernel.runs(from, to, layout.run(), params, block, measured && anyMayClip);
                } else {
                    kernel.run(from, to, params, block, measured && mayClip[layout.region(start, block)]);
                }
            }
            return measured ? trusted(kernel.loss(), count) : 0;
        }

        private double trusted(double sum, int count) {
            if (Sums.trusted(sum)) {
                return sum;
            }
            float[] x = new float[count];
            float[] y = new float[count];
            kernel.copy(x, y);
            for (int i = 0; i < count; i++) {
                y[i] = x[i] - y[i];
            }
            return Sums.exact(x, y, count);
        }
    }
}
