// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.kernels;

import io.quantflux.engine.kernel.BlockLayout;
import io.quantflux.engine.kernel.BlockParams;
import io.quantflux.engine.kernel.InstalledKernels;
import io.quantflux.engine.kernel.Kernels;
import io.quantflux.engine.kernel.LoopKernels;
import io.quantflux.engine.kernel.Minifloat;
import io.quantflux.engine.kernel.Observation;
import io.quantflux.engine.kernel.Parallelism;
import io.quantflux.engine.kernel.QuantizePass;
import io.quantflux.spec.FloatDType;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Every bit of both providers' results against the formula, one element at a time, on values chosen to go wrong: ties and
 * their neighbours, limits of the range, any bit pattern, any scale. Half of the tensors are finite, and known to be.
 */
final class Verification {
    private static final int BATCH = 1 << 18;
    private static final float[] SCALES = {0.0237f, 0.1f, 1 / 128f, 1, 3.1e-3f, 0x1p-23f, 1e-38f, 1e30f, 0.33333334f};
    private final PrintStream out;
    private final SplittableRandom random = new SplittableRandom(20261123);
    private long compared;
    private long different;

    Verification(PrintStream out) {
        this.out = out;
    }

    boolean run(long values) {
        List<Kernels> providers = InstalledKernels.get().name().equals("loops")
                ? List.of(InstalledKernels.get())
                : List.of(InstalledKernels.get(), new LoopKernels());
        int[] runs = {BATCH, 1, 32, 128, 784, 5000};
        FloatDType[] formats = FloatDType.values();
        for (long batch = 0; compared < values; batch++) {
            int kind = (int) (batch % (formats.length + 3));
            @Nullable FloatDType dtype = kind < formats.length ? formats[kind] : null;
            int run = runs[(int) (batch / (formats.length + 3) % runs.length)];
            batch(providers, dtype, BATCH / run, run, kind == formats.length, random.nextBoolean());
        }
        out.printf(
                "Java %s: %,d values, each through %s: %,d differ%n",
                Runtime.version(),
                compared,
                providers.stream().map(Kernels::name).toList(),
                different);
        return different == 0;
    }

    private void batch(
            List<Kernels> providers, @Nullable FloatDType dtype, int blocks, int run, boolean minval, boolean finite) {
        float scale = random.nextInt(3) == 0
                ? Math.max(Float.MIN_NORMAL, Math.abs(Float.intBitsToFloat(random.nextInt() & 0x7EFFFFFF)))
                : SCALES[random.nextInt(SCALES.length)];
        float offset = minval ? -3.7f * scale : 0;
        float max = dtype == null ? 127 - random.nextInt(256) : dtype.max();
        float min = dtype == null ? max - 255 : -max;
        float[] x = values(blocks * run, scale, offset, finite);
        Shape shape = Shape.of(blocks, run);
        BlockLayout layout = BlockLayout.of(shape, Shape.of(1, run));
        BlockParams params = new BlockParams(
                filled(blocks, scale), filled(blocks, offset), filled(blocks, min), filled(blocks, max), 0.501f);
        @Nullable Minifloat format = dtype == null ? null : Minifloat.of(dtype);
        boolean[] mayClip = new boolean[layout.regions()];
        Arrays.fill(mayClip, true);
        Tensor tensor = Tensor.of(shape, x);
        ByteBuffer y = ByteBuffer.allocate(4 * x.length).order(ByteOrder.LITTLE_ENDIAN);
        Observation first = Observation.of(tensor, layout, providers.get(0), Parallelism.NONE);
        for (Kernels kernels : providers) {
            Observation seen = Observation.of(tensor, layout, kernels, Parallelism.NONE);
            different += Arrays.equals(seen.blockMin(), first.blockMin())
                            && Arrays.equals(seen.blockMax(), first.blockMax())
                            && seen.sumSquares() == first.sumSquares()
                            && seen.nonFinite().equals(first.nonFinite())
                    ? 0
                    : 1;
            new QuantizePass(kernels, format, layout, params, mayClip, finite).measure(tensor, y, Parallelism.NONE);
            FloatBuffer results = y.asFloatBuffer();
            for (int i = 0; i < x.length; i++) {
                float expected = expected(x[i], scale, offset, min, max, dtype, format);
                if (Float.floatToIntBits(results.get(i)) != Float.floatToIntBits(expected)) {
                    if (different++ < 10) {
                        out.printf(
                                "%s: x = %s, scale %s: %s, and by the formula %s%n",
                                kernels.name(), x[i], scale, results.get(i), expected);
                    }
                }
            }
        }
        compared += x.length;
    }

    /** The formula as the reference has it: round first, then clamp; ties to even. */
    private static float expected(
            float x,
            float scale,
            float offset,
            float min,
            float max,
            @Nullable FloatDType dtype,
            @Nullable Minifloat format) {
        float t = (x - offset) / scale;
        float q = dtype == null ? (float) Math.rint(t) + 0f : t;
        float clamped = q < min ? min : q > max ? max : q;
        return dtype == null || format == null ? clamped * scale + offset : nearest(clamped, dtype, format) * scale;
    }

    /** The nearest of the format's values, found by halving among all of them. */
    private static float nearest(float value, FloatDType dtype, Minifloat format) {
        float magnitude = Math.abs(value);
        if (Float.isNaN(value)) {
            return value;
        }
        int low = 0;
        int high = format.encode(dtype.max());
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (format.decode(middle) <= magnitude) {
                low = middle;
            } else {
                high = middle;
            }
        }
        double below = (double) magnitude - format.decode(low);
        double above = (double) format.decode(high) - magnitude;
        int code = below < above || (below == above && low % 2 == 0) ? low : high;
        return Math.copySign(format.decode(code), value);
    }

    private float[] values(int size, float scale, float offset, boolean finite) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = switch (random.nextInt(4)) {
                case 0 -> Float.intBitsToFloat(random.nextInt());
                case 1 -> {
                    float tie = (random.nextInt(1200) - 600) * 0.5f * scale + offset;
                    yield Float.intBitsToFloat(Float.floatToRawIntBits(tie) + random.nextInt(5) - 2);
                }
                case 2 -> (float) ((random.nextDouble() - 0.5) * 1200 * scale + offset);
                default ->
                    (float) (Math.exp((random.nextDouble() - 0.5) * 20) * scale) * (random.nextBoolean() ? 1 : -1);
            };
            if (finite && !Float.isFinite(values[i])) {
                values[i] = scale;
            }
        }
        return values;
    }

    private static float[] filled(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return values;
    }
}
