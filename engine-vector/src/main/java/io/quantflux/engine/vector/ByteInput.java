// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import io.quantflux.engine.kernel.ElementReader;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;

/** A tensor's elements as float32 in bytes of an array: the tensor's own where it has float32 in one, else the current chunk, widened. */
final class ByteInput {
    private final ElementType type;
    private final ByteBuffer data;
    private final boolean inPlace;
    private final byte[] source;
    private final int base;
    private final byte[] bytes;
    private int at;

    ByteInput(Tensor tensor) {
        type = tensor.elementType();
        data = tensor.data();
        int chunk = Math.min(ElementReader.CHUNK, tensor.elements());
        inPlace = type == ElementType.FLOAT32 && data.hasArray();
        if (data.hasArray()) {
            source = data.array();
            base = data.arrayOffset() + data.position();
        } else {
            source = new byte[type == ElementType.FLOAT32 ? 0 : type.bytes() * chunk];
            base = 0;
        }
        bytes = inPlace ? source : new byte[Float.BYTES * chunk];
    }

    void load(int start, int count) {
        if (inPlace) {
            at = base + Float.BYTES * start;
        } else if (type == ElementType.FLOAT32) {
            data.get(data.position() + Float.BYTES * start, bytes, 0, Float.BYTES * count);
        } else if (data.hasArray()) {
            HalfLanes.widen(type, source, base + type.bytes() * start, bytes, count);
        } else {
            data.get(data.position() + type.bytes() * start, source, 0, type.bytes() * count);
            HalfLanes.widen(type, source, 0, bytes, count);
        }
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
