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
import io.quantflux.engine.kernel.Sums;
import jdk.incubator.vector.FloatVector;

/** Rounds to integers by adding and subtracting 1.5·2²³, exact because the clamp comes first; whatever rounds to zero is +0. */
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
            FloatVector t, FloatVector scale, FloatVector offset, FloatVector low, FloatVector high) {
        FloatVector magic = broadcast(ROUND);
        return clamp(t, low, high).add(magic).sub(magic).mul(scale).add(offset);
    }

    @Override
    public void run(int from, int to, BlockParams params, int block, boolean clips) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        FloatVector scale = broadcast(params.scale()[block]);
        FloatVector offset = broadcast(params.offset()[block]);
        FloatVector low = broadcast(params.low()[block]);
        FloatVector high = broadcast(params.high()[block]);
        FloatVector least = broadcast(params.low()[block] - params.margin());
        FloatVector greatest = broadcast(params.high()[block] + params.margin());
        int vectors = (to - from) / WIDTH;
        int beyond = 0;
        for (int i = 0; i < vectors; i++, xAt += STEP, yAt += STEP) {
            FloatVector t = vector(x, xAt).sub(offset).div(scale);
            put(result(t, scale, offset, low, high), y, yAt);
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
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        int whole = (to - from) / WIDTH * WIDTH;
        for (int i = 0; i < whole; i += WIDTH, xAt += STEP, yAt += STEP) {
            FloatVector scale = FloatVector.fromArray(FLOATS, params.scale(), block + i);
            FloatVector offset = FloatVector.fromArray(FLOATS, params.offset(), block + i);
            FloatVector low = FloatVector.fromArray(FLOATS, params.low(), block + i);
            FloatVector high = FloatVector.fromArray(FLOATS, params.high(), block + i);
            FloatVector t = vector(x, xAt).sub(offset).div(scale);
            put(result(t, scale, offset, low, high), y, yAt);
        }
        scalars(from + whole, to, params, block + whole, 1, false);
    }

    /** A loop of its own: with a choice in it, some JVMs turn its vectors into objects. */
    private void eachClipping(int from, int to, BlockParams params, int block) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        int xAt = input.at() + 4 * from;
        int yAt = output.at() + 4 * from;
        FloatVector margin = broadcast(params.margin());
        int whole = (to - from) / WIDTH * WIDTH;
        int beyond = 0;
        for (int i = 0; i < whole; i += WIDTH, xAt += STEP, yAt += STEP) {
            FloatVector scale = FloatVector.fromArray(FLOATS, params.scale(), block + i);
            FloatVector offset = FloatVector.fromArray(FLOATS, params.offset(), block + i);
            FloatVector low = FloatVector.fromArray(FLOATS, params.low(), block + i);
            FloatVector high = FloatVector.fromArray(FLOATS, params.high(), block + i);
            FloatVector t = vector(x, xAt).sub(offset).div(scale);
            put(result(t, scale, offset, low, high), y, yAt);
            beyond += beyond(t, low.sub(margin), high.add(margin));
        }
        clipped += beyond;
        scalars(from + whole, to, params, block + whole, 1, true);
    }

    @Override
    void group(int from, int rows, BlockParams params, int block, boolean clips) {
        byte[] x = input.bytes();
        byte[] y = output.bytes();
        FloatVector scale = broadcast(params.scale()[block]);
        FloatVector offset = broadcast(params.offset()[block]);
        FloatVector low = broadcast(params.low()[block]);
        FloatVector high = broadcast(params.high()[block]);
        FloatVector least = broadcast(params.low()[block] - params.margin());
        FloatVector greatest = broadcast(params.high()[block] + params.margin());
        int beyond = 0;
        int lost = 0;
        for (int column = 0; column < Sums.LANES; column += 2 * WIDTH) {
            int xAt = input.at() + 4 * (from + column);
            int yAt = output.at() + 4 * (from + column);
            FloatVector a = FloatVector.zero(FLOATS);
            FloatVector b = a;
            for (int i = 0; i < rows; i++, xAt += 4 * Sums.LANES, yAt += 4 * Sums.LANES) {
                FloatVector p = vector(x, xAt);
                FloatVector q = vector(x, xAt + STEP);
                FloatVector pt = p.sub(offset).div(scale);
                FloatVector qt = q.sub(offset).div(scale);
                if (clips) {
                    beyond += beyond(pt, least, greatest) + beyond(qt, least, greatest);
                }
                FloatVector py = result(pt, scale, offset, low, high);
                FloatVector qy = result(qt, scale, offset, low, high);
                put(py, y, yAt);
                put(qy, y, yAt + STEP);
                lost += lost(p, py) + lost(q, qy);
                p = p.sub(py);
                q = q.sub(qy);
                a = a.add(p.mul(p));
                b = b.add(q.mul(q));
            }
            a.intoArray(lanes, column);
            b.intoArray(lanes, column + WIDTH);
        }
        Lanes.fold(lanes);
        clipped += beyond;
        underflowed += lost;
    }
}
