// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A dense, row-major tensor over the bytes it arrived in: little-endian, contiguous, from the buffer's position to its
 * limit. The bytes are shared, not copied; whoever builds a tensor hands them over and no longer writes to them.
 *
 * @param shape extents, outermost axis first
 * @param elementType how an element is stored
 * @param data exactly {@code shape.elements() * elementType.bytes()} bytes
 */
public record Tensor(Shape shape, ElementType elementType, ByteBuffer data) {

    /**
     * Checks the fields against each other.
     *
     * @param shape extents, outermost axis first
     * @param elementType how an element is stored
     * @param data exactly {@code shape.elements() * elementType.bytes()} bytes
     * @throws InvalidSpecException if shape and data disagree
     */
    public Tensor {
        long perElement = elementType.bytes();
        if (shape.elements() > Integer.MAX_VALUE / perElement || shape.elements() * perElement != data.remaining()) {
            throw new InvalidSpecException(
                    "data",
                    data.remaining() + " bytes",
                    "a " + shape + " tensor of " + elementType.key() + " needs " + perElement
                            + " bytes for each of its " + shape.elements() + " elements");
        }
        data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * {@return a float32 tensor holding a copy of {@code values}}
     *
     * @param shape extents, outermost axis first
     * @param values row-major, as many as the shape has elements; copied
     */
    public static Tensor of(Shape shape, float... values) {
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new Tensor(shape, ElementType.FLOAT32, data);
    }

    /** {@return a view of the bytes with a position of its own, little-endian; not to be written to} */
    @Override
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** {@return the number of elements, the product of the extents} */
    public int elements() {
        return (int) shape.elements();
    }

    @Override
    public String toString() {
        return "Tensor[" + shape + " " + elementType.key() + "]";
    }
}
