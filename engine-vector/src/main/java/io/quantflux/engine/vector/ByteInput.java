// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import io.quantflux.engine.kernel.ElementReader;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A tensor's float32 elements as bytes of an array: the tensor's own where it has one, else a copy of the current chunk. */
final class ByteInput {

    private final int base;
    private final @Nullable ElementReader reader;
    private final float[] chunk;
    private byte[] bytes = new byte[0];
    private int at;

    ByteInput(Tensor tensor) {
        ByteBuffer data = tensor.data();
        boolean inPlace = tensor.elementType() == ElementType.FLOAT32 && data.hasArray();
        if (inPlace) {
            reader = null;
            bytes = data.array();
            base = data.arrayOffset() + data.position();
            chunk = new float[0];
        } else {
            reader = new ElementReader(tensor);
            chunk = reader.newChunk();
            bytes = new byte[4 * chunk.length];
            base = 0;
        }
    }

    void load(int start, int count) {
        if (reader == null) {
            at = base + 4 * start;
            return;
        }
        reader.seek(start);
        reader.read(chunk, count);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(chunk, 0, count);
    }

    /** Holds the chunk. */
    byte[] bytes() {
        return bytes;
    }

    /** Index of the chunk's first byte. */
    int at() {
        return at;
    }
}
