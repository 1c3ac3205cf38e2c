// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import static io.quantflux.engine.vector.Lanes.FLOATS;
import static io.quantflux.engine.vector.Lanes.STEP;
import static io.quantflux.engine.vector.Lanes.WIDTH;
import static io.quantflux.engine.vector.Lanes.broadcast;
import static io.quantflux.engine.vector.Lanes.clamp;
import static io.quantflux.engine.vector.Lanes.put;
import static io.quantflux.engine.vector.Lanes.vector;

import io.quantflux.engine.kernel.BlockParams;
import io.quantflux.engine.kernel.Minifloat;
import io.quantflux.engine.kernel.Sums;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** Rounds to a small floating-point format as {@link Minifloat#round} does. Offsets are zero, and the sign of zero is kept. */
final class ToFormat extends VectorQuantize {
    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
    private static final IntVector SIGNS = IntVector.broadcast(INTS, 0x80000000);
    private static final IntVector EXPONENTS = IntVector.broadcast(INTS, 0x7F800000);

    private final Minifloat format;

    ToFormat(ByteInput input, ByteOutput output, Minifloat format) {
        super(input, output);
        this.format = format;
    }

    @Override
    float scalar(float x, BlockParams params, int block) {
        float scale = params.scale()[block];
        float clamped = Math.max(params.low()[block], Math.min(params.high()[block], x / scale));
        return format.round(clamped) * scale;
    }

    private static FloatVector result(
            FloatVector t,
            FloatVector scale,
            FloatVector low,
            FloatVector high,
            IntVector minNormal,
            IntVector spacing) {
        FloatVector value = clamp(t, low, high);
        IntVector bits = value.reinterpretAsInts();
        IntVector exponent = bits.and(EXPONENTS);
        IntVector magic = exponent.blend(minNormal, exponent.lt(minNormal)).add(spacing);
        IntVector sign = bits.and(SIGNS);
        FloatVector add = magic.reinterpretAsFloats();
        FloatVector rounded = bits.sub(sign).reinterpretAsFloats().add(add).sub(add);
        return rounded.reinterpretAsInts().or(sign).reinterpretAsFloats().mul(scale);
    }

    @Override
    public void run(int from, int to, BlockParams params, int block, boolean clips) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        IntVector minNormal = IntVector.broadcast(INTS, format.minNormalBits());
        IntVector spacing = IntVector.broadcast(INTS, format.dropped() << 23);
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        FloatVector scale = broadcast(params.scale()[block]);
        FloatVector low = broadcast(params.low()[block]);
        FloatVector high = broadcast(params.high()[block]);
        FloatVector least = broadcast(params.low()[block] - params.margin());
        FloatVector greatest = broadcast(params.high()[block] + params.margin());
        int vectors = (to - from) / WIDTH;
        int beyond = 0;
        for (int i = 0; i < vectors; i++, xAt += STEP, yAt += STEP) {
            FloatVector t = vector(x, xAt).div(scale);
            put(result(t, scale, low, high, minNormal, spacing), y, yAt);
            if (clips) {
                beyond += beyond(t, least, greatest);
            }
        }
        clipped += beyond;
        scalars(from + vectors * WIDTH, to, params, block, 0, clips);
    }

    @Override
    public void each(int from, int to, BlockParams params, int block, boolean clips) {
        if (clips) {
            eachClipping(from, to, params, block);
            return;
        }
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        IntVector minNormal = IntVector.broadcast(INTS, format.minNormalBits());
        IntVector spacing = IntVector.broadcast(INTS, format.dropped() << 23);
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        int whole = (to - from) / WIDTH * WIDTH;
        for (int i = 0; i < whole; i += WIDTH, xAt += STEP, yAt += STEP) {
            FloatVector scale = FloatVector.fromArray(FLOATS, params.scale(), block + i);
            FloatVector low = FloatVector.fromArray(FLOATS, params.low(), block + i);
            FloatVector high = FloatVector.fromArray(FLOATS, params.high(), block + i);
            FloatVector t = vector(x, xAt).div(scale);
            put(result(t, scale, low, high, minNormal, spacing), y, yAt);
        }
        scalars(from + whole, to, params, block + whole, 1, false);
    }

    /** A loop of its own: with a choice in it, some JVMs turn its vectors into objects. */
    private void eachClipping(int from, int to, BlockParams params, int block) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        IntVector minNormal = IntVector.broadcast(INTS, format.minNormalBits());
        IntVector spacing = IntVector.broadcast(INTS, format.dropped() << 23);
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        FloatVector margin = broadcast(params.margin());
        int whole = (to - from) / WIDTH * WIDTH;
        int beyond = 0;
        for (int i = 0; i < whole; i += WIDTH, xAt += STEP, yAt += STEP) {
            FloatVector scale = FloatVector.fromArray(FLOATS, params.scale(), block + i);
            FloatVector low = FloatVector.fromArray(FLOATS, params.low(), block + i);
            FloatVector high = FloatVector.fromArray(FLOATS, params.high(), block + i);
            FloatVector t = vector(x, xAt).div(scale);
            put(result(t, scale, low, high, minNormal, spacing), y, yAt);
            beyond += beyond(t, low.sub(margin), high.add(margin));
        }
        clipped += beyond;
        scalars(from + whole, to, params, block + whole, 1, true);
    }

    @Override
    void group(int from, int rows, BlockParams params, int block, boolean clips) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        IntVector minNormal = IntVector.broadcast(INTS, format.minNormalBits());
        IntVector spacing = IntVector.broadcast(INTS, format.dropped() << 23);
        FloatVector scale = broadcast(params.scale()[block]);
        FloatVector low = broadcast(params.low()[block]);
        FloatVector high = broadcast(params.high()[block]);
        FloatVector least = broadcast(params.low()[block] - params.margin());
        FloatVector greatest = broadcast(params.high()[block] + params.margin());
        int beyond = 0;
        int lost = 0;
        for (int column = 0; column < Sums.LANES; column += WIDTH) {
            int xAt = input.at() + 4 * (from + column);
            int yAt = output.at() + 4 * (from + column);
            FloatVector a = FloatVector.zero(FLOATS);
            for (int i = 0; i < rows; i++, xAt += 4 * Sums.LANES, yAt += 4 * Sums.LANES) {
                FloatVector p = vector(x, xAt);
                FloatVector pt = p.div(scale);
                if (clips) {
                    beyond += beyond(pt, least, greatest);
                }
                FloatVector py = result(pt, scale, low, high, minNormal, spacing);
                put(py, y, yAt);
                lost += lost(p, py);
                p = p.sub(py);
                a = a.add(p.mul(p));
            }
            a.intoArray(lanes, column);
        }
        Lanes.fold(lanes);
        clipped += beyond;
        underflowed += lost;
    }
}
