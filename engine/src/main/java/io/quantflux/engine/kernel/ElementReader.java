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
    /** Elements in a full piece: two of them, input and output, fill half of a 32 KiB cache. */
    public static final int CHUNK = 2048;

    private final ElementType type;
    private final @Nullable FloatBuffer floats;
    private final ShortBuffer halves;
    private final short[] scratch;
    private final int chunk;

    /** Stands before the first element. */
    public ElementReader(Tensor tensor) {
        ByteBuffer data = tensor.data();
        type = tensor.elementType();
        chunk = Math.min(CHUNK, tensor.elements());
        floats = type == ElementType.FLOAT32 ? data.asFloatBuffer() : null;
        halves = data.asShortBuffer();
        scratch = floats == null ? new short[chunk] : new short[0];
    }

    /** An array that {@link #read} can fill. */
    public float[] newChunk() {
        return new float[chunk];
    }

    /** Fills {@code into} from its start with the next elements; returns how many, 0 at the end. */
    public int read(float[] into) {
        if (floats != null) {
            int count = Math.min(chunk, floats.remaining());
            floats.get(into, 0, count);
            return count;
        }
        int count = Math.min(chunk, halves.remaining());
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
