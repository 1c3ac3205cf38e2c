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
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** Rounds to a small floating-point format as {@link Minifloat#round} does. Offsets are zero, and the sign of zero is kept. */
final class ToFormat extends VectorQuantize {
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
        IntVector exponent = bits.and(0x7F800000);
        IntVector magic = exponent.blend(minNormal, exponent.lt(minNormal)).add(spacing);
        IntVector sign = bits.and(0x80000000);
        FloatVector add = magic.reinterpretAsFloats();
        FloatVector rounded = bits.sub(sign).reinterpretAsFloats().add(add).sub(add);
        return rounded.reinterpretAsInts().or(sign).reinterpretAsFloats().mul(scale);
    }

    @Override
    void stretch(int from, int vectors, BlockParams params, int block) {
        loop(from, vectors, params, block);
    }

    @Override
    void loopRuns(int from, int runs, int vectors, BlockParams params, int block) {
        for (int run = 0; run < runs; run++) {
            loop(from + run * vectors * WIDTH, vectors, params, block + run);
        }
    }

    private void loop(int from, int vectors, BlockParams params, int block) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        IntVector minNormal = IntVector.broadcast(INTS, format.minNormalBits());
        IntVector spacing = IntVector.broadcast(INTS, format.dropped() << 23);
        FloatVector scale = broadcast(params.scale()[block]);
        FloatVector low = broadcast(params.low()[block]);
        FloatVector high = broadcast(params.high()[block]);
        for (int i = 0; i < vectors * STEP; i += STEP) {
            FloatVector t = vector(x, xAt + i).div(scale);
            put(result(t, scale, low, high, minNormal, spacing), y, yAt + i);
        }
    }

    @Override
    void loopClipping(int from, int vectors, BlockParams params, int block) {
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
        FloatVector beyond = FloatVector.zero(FLOATS);
        for (int i = 0; i < vectors * STEP; i += STEP) {
            FloatVector t = vector(x, xAt + i).div(scale);
            put(result(t, scale, low, high, minNormal, spacing), y, yAt + i);
            beyond = beyond.add(beyond(t, least, greatest));
        }
        clipped += total(beyond);
    }

    @Override
    void loopEach(int from, int vectors, BlockParams params, int block) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        IntVector minNormal = IntVector.broadcast(INTS, format.minNormalBits());
        IntVector spacing = IntVector.broadcast(INTS, format.dropped() << 23);
        for (int i = 0, at = block; i < vectors * STEP; i += STEP, at += WIDTH) {
            FloatVector scale = FloatVector.fromArray(FLOATS, params.scale(), at);
            FloatVector low = FloatVector.fromArray(FLOATS, params.low(), at);
            FloatVector high = FloatVector.fromArray(FLOATS, params.high(), at);
            FloatVector t = vector(x, xAt + i).div(scale);
            put(result(t, scale, low, high, minNormal, spacing), y, yAt + i);
        }
    }

    @Override
    void loopEachClipping(int from, int vectors, BlockParams params, int block) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        IntVector minNormal = IntVector.broadcast(INTS, format.minNormalBits());
        IntVector spacing = IntVector.broadcast(INTS, format.dropped() << 23);
        FloatVector margin = broadcast(params.margin());
        FloatVector beyond = FloatVector.zero(FLOATS);
        for (int i = 0, at = block; i < vectors * STEP; i += STEP, at += WIDTH) {
            FloatVector scale = FloatVector.fromArray(FLOATS, params.scale(), at);
            FloatVector low = FloatVector.fromArray(FLOATS, params.low(), at);
            FloatVector high = FloatVector.fromArray(FLOATS, params.high(), at);
            FloatVector t = vector(x, xAt + i).div(scale);
            put(result(t, scale, low, high, minNormal, spacing), y, yAt + i);
            beyond = beyond.add(beyond(t, low.sub(margin), high.add(margin)));
        }
        clipped += total(beyond);
    }
}
