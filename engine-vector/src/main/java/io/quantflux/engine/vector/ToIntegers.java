// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import static io.quantflux.engine.vector.Lanes.FLOATS;
import static io.quantflux.engine.vector.Lanes.INTS;
import static io.quantflux.engine.vector.Lanes.STEP;
import static io.quantflux.engine.vector.Lanes.WIDTH;
import static io.quantflux.engine.vector.Lanes.broadcast;
import static io.quantflux.engine.vector.Lanes.put;
import static io.quantflux.engine.vector.Lanes.vector;

import io.quantflux.engine.kernel.BlockParams;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Rounds finite numbers to integers by adding and subtracting 1.5·2²³; whatever rounds to zero is +0.
 *
 * <p>In between the sum's bits are clamped as an integer, with one instruction a limit: they are in order where the sum is
 * positive, and a sum that is not is a negative integer, below either limit. Rounding first is the same, as limits are integers.
 */
final class ToIntegers extends VectorQuantize {
    private static final float ROUND = 12582912f;

    ToIntegers(ByteInput input, ByteOutput output) {
        super(input, output);
    }

    @Override
    float scalar(float x, BlockParams params, int block) {
        float scale = params.scale()[block];
        float offset = params.offset()[block];
        float t = (x - offset) / scale;
        float clamped = Math.max(params.low()[block], Math.min(params.high()[block], t));
        return ((clamped + ROUND) - ROUND) * scale + offset;
    }

    private static FloatVector result(
            FloatVector t, FloatVector scale, FloatVector offset, IntVector low, IntVector high) {
        FloatVector round = broadcast(ROUND);
        IntVector bits = t.add(round).reinterpretAsInts().max(low).min(high);
        return bits.reinterpretAsFloats().sub(round).mul(scale).add(offset);
    }

    /** A limit as it stands among the bits of sums. */
    private static IntVector limit(float value) {
        return IntVector.broadcast(INTS, Float.floatToRawIntBits(value + ROUND));
    }

    private static IntVector limits(FloatVector values) {
        return values.add(ROUND).reinterpretAsInts();
    }

    @Override
    void stretch(int from, int vectors, BlockParams params, int block) {
        if (Reciprocal.suits(params, block)) {
            loopTimes(from, vectors, params, block);
        } else {
            loop(from, vectors, params, block);
        }
    }

    private void loopTimes(int from, int vectors, BlockParams params, int block) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        FloatVector scale = broadcast(params.scale()[block]);
        FloatVector inverse = broadcast(Reciprocal.inverse(params.scale()[block]));
        FloatVector rest = broadcast(Reciprocal.rest(params.scale()[block]));
        FloatVector round = broadcast(ROUND);
        IntVector low = limit(params.low()[block]);
        IntVector high = limit(params.high()[block]);
        for (int i = 0; i < vectors * STEP; i += STEP) {
            FloatVector value = vector(x, xAt + i);
            FloatVector t = value.fma(inverse, value.mul(rest));
            IntVector bits = t.add(round).reinterpretAsInts().max(low).min(high);
            put(bits.reinterpretAsFloats().sub(round).mul(scale), y, yAt + i);
        }
    }

    @Override
    void loopRuns(int from, int runs, int vectors, BlockParams params, int block) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        for (int run = 0; run < runs; run++, xAt += vectors * STEP, yAt += vectors * STEP) {
            FloatVector scale = broadcast(params.scale()[block + run]);
            FloatVector offset = broadcast(params.offset()[block + run]);
            IntVector low = limit(params.low()[block + run]);
            IntVector high = limit(params.high()[block + run]);
            for (int i = 0; i < vectors * STEP; i += STEP) {
                FloatVector t = vector(x, xAt + i).sub(offset).div(scale);
                put(result(t, scale, offset, low, high), y, yAt + i);
            }
        }
    }

    private void loop(int from, int vectors, BlockParams params, int block) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        FloatVector scale = broadcast(params.scale()[block]);
        FloatVector offset = broadcast(params.offset()[block]);
        IntVector low = limit(params.low()[block]);
        IntVector high = limit(params.high()[block]);
        for (int i = 0; i < vectors * STEP; i += STEP) {
            put(result(vector(x, xAt + i).sub(offset).div(scale), scale, offset, low, high), y, yAt + i);
        }
    }

    @Override
    void loopClipping(int from, int vectors, BlockParams params, int block) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        FloatVector scale = broadcast(params.scale()[block]);
        FloatVector offset = broadcast(params.offset()[block]);
        IntVector low = limit(params.low()[block]);
        IntVector high = limit(params.high()[block]);
        FloatVector least = broadcast(params.low()[block] - params.margin());
        FloatVector greatest = broadcast(params.high()[block] + params.margin());
        FloatVector beyond = FloatVector.zero(FLOATS);
        for (int i = 0; i < vectors * STEP; i += STEP) {
            FloatVector t = vector(x, xAt + i).sub(offset).div(scale);
            put(result(t, scale, offset, low, high), y, yAt + i);
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
        for (int i = 0, at = block; i < vectors * STEP; i += STEP, at += WIDTH) {
            FloatVector scale = FloatVector.fromArray(FLOATS, params.scale(), at);
            FloatVector offset = FloatVector.fromArray(FLOATS, params.offset(), at);
            FloatVector low = FloatVector.fromArray(FLOATS, params.low(), at);
            FloatVector high = FloatVector.fromArray(FLOATS, params.high(), at);
            FloatVector t = vector(x, xAt + i).sub(offset).div(scale);
            put(result(t, scale, offset, limits(low), limits(high)), y, yAt + i);
        }
    }

    @Override
    void loopEachClipping(int from, int vectors, BlockParams params, int block) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        FloatVector margin = broadcast(params.margin());
        FloatVector beyond = FloatVector.zero(FLOATS);
        for (int i = 0, at = block; i < vectors * STEP; i += STEP, at += WIDTH) {
            FloatVector scale = FloatVector.fromArray(FLOATS, params.scale(), at);
            FloatVector offset = FloatVector.fromArray(FLOATS, params.offset(), at);
            FloatVector low = FloatVector.fromArray(FLOATS, params.low(), at);
            FloatVector high = FloatVector.fromArray(FLOATS, params.high(), at);
            FloatVector t = vector(x, xAt + i).sub(offset).div(scale);
            put(result(t, scale, offset, limits(low), limits(high)), y, yAt + i);
            beyond = beyond.add(beyond(t, low.sub(margin), high.add(margin)));
        }
        clipped += total(beyond);
    }
}
