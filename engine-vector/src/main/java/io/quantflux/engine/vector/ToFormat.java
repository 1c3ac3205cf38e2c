// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import static io.quantflux.engine.vector.Lanes.FLOATS;
import static io.quantflux.engine.vector.Lanes.INTS;
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

/** Rounds to a small floating-point format as {@link Minifloat#round} does. Offsets are zero, and the sign of zero is kept. */
final class ToFormat extends VectorQuantize {
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
    void vectors(int from, int vectors, BlockParams params, int block) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        IntVector minNormal = IntVector.broadcast(INTS, format.minNormalBits());
        IntVector spacing = IntVector.broadcast(INTS, format.dropped() << 23);
        FloatVector scale = broadcast(params.scale()[block]);
        FloatVector low = broadcast(params.low()[block]);
        FloatVector high = broadcast(params.high()[block]);
        for (int i = 0; i < vectors; i++, xAt += STEP, yAt += STEP) {
            FloatVector t = vector(x, xAt).div(scale);
            put(result(t, scale, low, high, minNormal, spacing), y, yAt);
        }
    }

    @Override
    void vectorsClipping(int from, int vectors, BlockParams params, int block) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        IntVector minNormal = IntVector.broadcast(INTS, format.minNormalBits());
        IntVector spacing = IntVector.broadcast(INTS, format.dropped() << 23);
        FloatVector scale = broadcast(params.scale()[block]);
        FloatVector low = broadcast(params.low()[block]);
        FloatVector high = broadcast(params.high()[block]);
        FloatVector least = broadcast(params.low()[block] - params.margin());
        FloatVector greatest = broadcast(params.high()[block] + params.margin());
        int beyond = 0;
        for (int i = 0; i < vectors; i++, xAt += STEP, yAt += STEP) {
            FloatVector t = vector(x, xAt).div(scale);
            put(result(t, scale, low, high, minNormal, spacing), y, yAt);
            beyond += beyond(t, least, greatest);
        }
        clipped += beyond;
    }

    @Override
    void vectorsEach(int from, int vectors, BlockParams params, int block) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        IntVector minNormal = IntVector.broadcast(INTS, format.minNormalBits());
        IntVector spacing = IntVector.broadcast(INTS, format.dropped() << 23);
        for (int i = 0, at = block; i < vectors; i++, at += WIDTH, xAt += STEP, yAt += STEP) {
            FloatVector scale = FloatVector.fromArray(FLOATS, params.scale(), at);
            FloatVector low = FloatVector.fromArray(FLOATS, params.low(), at);
            FloatVector high = FloatVector.fromArray(FLOATS, params.high(), at);
            FloatVector t = vector(x, xAt).div(scale);
            put(result(t, scale, low, high, minNormal, spacing), y, yAt);
        }
    }

    @Override
    void vectorsEachClipping(int from, int vectors, BlockParams params, int block) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        IntVector minNormal = IntVector.broadcast(INTS, format.minNormalBits());
        IntVector spacing = IntVector.broadcast(INTS, format.dropped() << 23);
        FloatVector margin = broadcast(params.margin());
        int beyond = 0;
        for (int i = 0, at = block; i < vectors; i++, at += WIDTH, xAt += STEP, yAt += STEP) {
            FloatVector scale = FloatVector.fromArray(FLOATS, params.scale(), at);
            FloatVector low = FloatVector.fromArray(FLOATS, params.low(), at);
            FloatVector high = FloatVector.fromArray(FLOATS, params.high(), at);
            FloatVector t = vector(x, xAt).div(scale);
            put(result(t, scale, low, high, minNormal, spacing), y, yAt);
            beyond += beyond(t, low.sub(margin), high.add(margin));
        }
        clipped += beyond;
    }

    @Override
    int column(int from, int rows, int column, BlockParams params, int block) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int xAt = input.at() + 4 * (from + column);
        int yAt = output.at() + 4 * (from + column);
        IntVector minNormal = IntVector.broadcast(INTS, format.minNormalBits());
        IntVector spacing = IntVector.broadcast(INTS, format.dropped() << 23);
        FloatVector scale = broadcast(params.scale()[block]);
        FloatVector low = broadcast(params.low()[block]);
        FloatVector high = broadcast(params.high()[block]);
        FloatVector a = FloatVector.zero(FLOATS);
        int lost = 0;
        for (int i = 0; i < rows; i++, xAt += 4 * Sums.LANES, yAt += 4 * Sums.LANES) {
            FloatVector p = vector(x, xAt);
            FloatVector t = p.div(scale);
            FloatVector py = result(t, scale, low, high, minNormal, spacing);
            put(py, y, yAt);
            lost += lost(p, py);
            p = p.sub(py);
            a = a.add(p.mul(p));
        }
        a.intoArray(lanes, column);
        underflowed += lost;
        return column + WIDTH;
    }

    @Override
    int columnClipping(int from, int rows, int column, BlockParams params, int block) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int xAt = input.at() + 4 * (from + column);
        int yAt = output.at() + 4 * (from + column);
        IntVector minNormal = IntVector.broadcast(INTS, format.minNormalBits());
        IntVector spacing = IntVector.broadcast(INTS, format.dropped() << 23);
        FloatVector scale = broadcast(params.scale()[block]);
        FloatVector low = broadcast(params.low()[block]);
        FloatVector high = broadcast(params.high()[block]);
        FloatVector least = broadcast(params.low()[block] - params.margin());
        FloatVector greatest = broadcast(params.high()[block] + params.margin());
        FloatVector a = FloatVector.zero(FLOATS);
        int lost = 0;
        int beyond = 0;
        for (int i = 0; i < rows; i++, xAt += 4 * Sums.LANES, yAt += 4 * Sums.LANES) {
            FloatVector p = vector(x, xAt);
            FloatVector t = p.div(scale);
            FloatVector py = result(t, scale, low, high, minNormal, spacing);
            put(py, y, yAt);
            beyond += beyond(t, least, greatest);
            lost += lost(p, py);
            p = p.sub(py);
            a = a.add(p.mul(p));
        }
        a.intoArray(lanes, column);
        clipped += beyond;
        underflowed += lost;
        return column + WIDTH;
    }
}
