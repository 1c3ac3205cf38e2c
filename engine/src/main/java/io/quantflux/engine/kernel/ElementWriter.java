// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import io.quantflux.spec.ElementType;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.jspecify.annotations.Nullable;

/** Fills a new tensor front to back from float32, narrowed to nearest, ties to even. Not thread-safe. */
public final class ElementWriter {
    private final Shape shape;
    private final ElementType type;
    private final ByteBuffer data;
    private final @Nullable FloatBuffer floats;
    private final ShortBuffer halves;
    private final short[] scratch;

    /** For a tensor of that shape and type; all elements are to be written. */
    public ElementWriter(Shape shape, ElementType type) {
        this.shape = shape;
        this.type = type;
        int elements = (int) shape.elements();
        data = ByteBuffer.allocate(Math.multiplyExact(elements, type.bytes())).order(ByteOrder.LITTLE_ENDIAN);
        floats = type == ElementType.FLOAT32 ? data.asFloatBuffer() : null;
        halves = data.asShortBuffer();
        scratch = floats == null ? new short[Math.min(ElementReader.CHUNK, elements)] : new short[0];
    }

    /** Appends the first {@code count} values, at most {@link ElementReader#CHUNK}. */
    public void write(float[] values, int count) {
        if (floats != null) {
            floats.put(values, 0, count);
            return;
        }
        if (type == ElementType.FLOAT16) {
            for (int i = 0; i < count; i++) {
                scratch[i] = HalfFloats.toFloat16(values[i]);
            }
        } else {
            for (int i = 0; i < count; i++) {
                scratch[i] = HalfFloats.toBFloat16(values[i]);
            }
        }
        halves.put(scratch, 0, count);
    }

    /** The tensor; complete once every element has been written. */
    public Tensor tensor() {
        return new Tensor(shape, type, data);
    }
}
