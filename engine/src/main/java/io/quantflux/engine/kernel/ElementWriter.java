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

/** Fills a tensor front to back from float32, narrowed to nearest, ties to even. Not thread-safe. */
public final class ElementWriter {
    private final Shape shape;
    private final ElementType type;
    private final ByteBuffer data;
    private final @Nullable FloatBuffer floats;
    private final ShortBuffer halves;
    private final short[] scratch;

    /**
     * For a tensor in heap memory of its own; all elements are to be written.
     *
     * @param shape shape of the tensor, at most 2³¹−1 elements
     * @param type how an element is stored: float32, float16 or bfloat16
     * @throws ArithmeticException if the elements need more than 2³¹−1 bytes
     */
    public ElementWriter(Shape shape, ElementType type) {
        this(shape, type, ByteBuffer.allocate(Math.multiplyExact((int) shape.elements(), type.bytes())));
    }

    /**
     * For a tensor in the memory of a buffer, little-endian from index 0 on; its position and order are left alone.
     *
     * @param shape shape of the tensor
     * @param type how an element is stored: float32, float16 or bfloat16
     * @param into has a capacity of exactly the tensor's bytes, on the heap or not
     */
    public ElementWriter(Shape shape, ElementType type, ByteBuffer into) {
        this.shape = shape;
        this.type = type;
        int elements = (int) shape.elements();
        data = into.duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
        floats = type == ElementType.FLOAT32 ? data.asFloatBuffer() : null;
        halves = data.asShortBuffer();
        scratch = floats == null ? new short[Math.min(ElementReader.CHUNK, elements)] : new short[0];
    }

    /**
     * Goes to an element.
     *
     * @param element row-major index, at most the number of elements
     * @throws IllegalArgumentException if there is no such element
     */
    public void seek(int element) {
        if (floats != null) {
            floats.position(element);
        } else {
            halves.position(element);
        }
    }

    /**
     * Writes the next elements.
     *
     * @param values float32; the first {@code count} are taken
     * @param count how many: at most {@link ElementReader#CHUNK}, and no more than are left
     */
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

    /**
     * {@return the tensor, over the memory that is written to; complete once every element has been written}
     *
     * @throws io.quantflux.spec.InvalidSpecException if the buffer's capacity is not the tensor's bytes
     */
    public Tensor tensor() {
        return new Tensor(shape, type, data);
    }
}
