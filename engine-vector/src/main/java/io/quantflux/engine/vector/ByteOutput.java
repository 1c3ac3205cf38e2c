// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import io.quantflux.engine.kernel.ElementReader;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;

/** Where float32 results go: the output's own array where it has float32 in one, else a chunk that is then narrowed or copied. */
final class ByteOutput {
    private final ElementType type;
    private final ByteBuffer data;
    private final boolean inPlace;
    private final byte[] target;
    private final byte[] bytes;
    private int start;
    private int count;
    private int at;

    ByteOutput(Tensor x, ByteBuffer y) {
        type = x.elementType();
        data = y;
        int chunk = Math.min(ElementReader.CHUNK, x.elements());
        inPlace = type == ElementType.FLOAT32 && y.hasArray();
        target = y.hasArray() ? y.array() : new byte[type.bytes() * chunk];
        bytes = inPlace ? target : new byte[Float.BYTES * chunk];
    }

    void begin(int start, int count) {
        this.start = start;
        this.count = count;
        at = inPlace ? data.arrayOffset() + Float.BYTES * start : 0;
    }

    void store() {
        if (inPlace) {
            return;
        }
        if (type == ElementType.FLOAT32) {
            data.put(Float.BYTES * start, bytes, 0, Float.BYTES * count);
        } else if (data.hasArray()) {
            HalfLanes.narrow(type, bytes, target, data.arrayOffset() + type.bytes() * start, count);
        } else {
            HalfLanes.narrow(type, bytes, target, 0, count);
            data.put(type.bytes() * start, target, 0, type.bytes() * count);
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int at() {
        return at;
    }
}
