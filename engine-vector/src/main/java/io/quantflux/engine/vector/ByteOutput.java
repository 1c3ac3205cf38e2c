// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import io.quantflux.engine.kernel.ElementReader;
import io.quantflux.engine.kernel.ElementWriter;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Where float32 results go: the output's own array where it has one, else a chunk that is then narrowed or copied. */
final class ByteOutput {

    private final byte[] bytes;
    private final int base;
    private final @Nullable ElementWriter writer;
    private final float[] chunk;
    private int start;
    private int count;
    private int at;

    ByteOutput(Tensor x, ByteBuffer y) {
        boolean inPlace = x.elementType() == ElementType.FLOAT32 && y.hasArray();
        if (inPlace) {
            writer = null;
            bytes = y.array();
            base = y.arrayOffset();
            chunk = new float[0];
        } else {
            writer = new ElementWriter(x.shape(), x.elementType(), y);
            chunk = new float[Math.min(ElementReader.CHUNK, x.elements())];
            bytes = new byte[4 * chunk.length];
            base = 0;
        }
    }

    void begin(int start, int count) {
        this.start = start;
        this.count = count;
        at = writer == null ? base + 4 * start : 0;
    }

    void store() {
        if (writer != null) {
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(chunk, 0, count);
            writer.seek(start);
            writer.write(chunk, count);
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int at() {
        return at;
    }
}
