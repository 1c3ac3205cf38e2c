// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.kernel;

import io.quantflux.spec.ElementType;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.jspecify.annotations.Nullable;

/** Reads a tensor front to back as float32, in pieces that stay in the first-level cache. Not thread-safe. */
public final class ElementReader {
    /** Elements in a full piece: input and output together are 32 KiB. A multiple of {@link Sums#GROUP}. */
    public static final int CHUNK = 4096;

    private final ElementType type;
    private final @Nullable FloatBuffer floats;
    private final ShortBuffer halves;
    private final short[] scratch;
    private final int chunk;

    /**
     * Stands before the first element.
     *
     * @param tensor float32, float16 or bfloat16; its bytes are read in place
     */
    public ElementReader(Tensor tensor) {
        ByteBuffer data = tensor.data();
        type = tensor.elementType();
        chunk = Math.min(CHUNK, tensor.elements());
        floats = type == ElementType.FLOAT32 ? data.asFloatBuffer() : null;
        halves = data.asShortBuffer();
        scratch = floats == null ? new short[chunk] : new short[0];
    }

    /** {@return a new array that {@link #read(float[])} can fill: a chunk, or as many elements as a smaller tensor has} */
    public float[] newChunk() {
        return new float[chunk];
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
     * Reads the next elements, as many as a chunk has or are left.
     *
     * @param into filled from its start; as long as {@link #newChunk()} gives
     * @return how many were read, 0 at the end
     */
    public int read(float[] into) {
        return read(into, chunk);
    }

    /**
     * As {@link #read(float[])}, but no more than {@code most}, nor than a chunk.
     *
     * @param into filled from its start; long enough for what is read
     * @param most greatest number of elements to read, 0 or more
     * @return how many were read, 0 at the end
     */
    public int read(float[] into, int most) {
        int limit = Math.min(chunk, most);
        if (floats != null) {
            int count = Math.min(limit, floats.remaining());
            floats.get(into, 0, count);
            return count;
        }
        int count = Math.min(limit, halves.remaining());
        halves.get(scratch, 0, count);
        if (type == ElementType.FLOAT16) {
            for (int i = 0; i < count; i++) {
                into[i] = HalfFloats.fromFloat16(scratch[i]);
            }
        } else {
            for (int i = 0; i < count; i++) {
                into[i] = HalfFloats.fromBFloat16(scratch[i]);
            }
        }
        return count;
    }
}
