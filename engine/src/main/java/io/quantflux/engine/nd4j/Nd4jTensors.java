// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.nd4j;

import io.quantflux.spec.ElementType;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Converts between ND4J arrays and tensors, by copy: neither side sees later writes to the other.
 *
 * <p>FLOAT, HALF and BFLOAT16 arrays of any order, stride and offset become row-major tensors; tensors become arrays of
 * order {@code c}.
 */
public final class Nd4jTensors {
    private Nd4jTensors() {}

    /**
     * {@return the elements of an array in row-major order}
     *
     * @param array FLOAT, HALF or BFLOAT16, any order and strides
     * @throws InvalidSpecException if the array is of another data type, is empty, or has 2³¹ bytes or more
     */
    public static Tensor tensor(INDArray array) {
        ElementType type = elementType(array.dataType());
        if (array.isEmpty()) {
            throw new InvalidSpecException("shape", Arrays.toString(array.shape()), "must have at least one element");
        }
        Shape shape = shape(array);
        if (shape.elements() > Integer.MAX_VALUE / type.bytes()) {
            throw new InvalidSpecException("shape", shape, "a tensor must have less than 2^31 bytes");
        }
        ByteBuffer data = ByteBuffer.allocate((int) shape.elements() * type.bytes());
        return new Tensor(shape, type, copyOut(array, data).flip());
    }

    /**
     * {@return a new array with the tensor's shape and data type}
     *
     * @param tensor float32, float16 or bfloat16
     */
    public static INDArray array(Tensor tensor) {
        return array(tensor.shape(), dataType(tensor.elementType()), tensor.data());
    }

    static INDArray array(Shape shape, DataType type, ByteBuffer elements) {
        long[] dims = Arrays.stream(shape.toArray()).asLongStream().toArray();
        INDArray array = Nd4j.createUninitialized(type, dims, 'c');
        bytesOf(array).put(elements);
        return array;
    }

    /** All elements in row-major order, as stored. */
    static ByteBuffer copyOut(INDArray array, ByteBuffer into) {
        boolean plain = array.ordering() == 'c'
                && !array.isView()
                && array.offset() == 0
                && array.length() == array.data().length();
        INDArray dense = plain ? array : array.dup('c');
        try {
            return into.put(bytesOf(dense).limit(into.remaining()));
        } finally {
            Reference.reachabilityFence(dense); // its memory goes when it is collected
        }
    }

    private static ByteBuffer bytesOf(INDArray dense) {
        return dense.data().asNio().order(ByteOrder.nativeOrder());
    }

    static Shape shape(INDArray array) {
        return Shape.of(Arrays.stream(array.shape()).boxed().toList());
    }

    static ElementType elementType(DataType type) {
        for (ElementType known : ElementType.values()) {
            if (dataType(known) == type) {
                return known;
            }
        }
        throw new InvalidSpecException("dtype", type, "must be FLOAT, HALF or BFLOAT16");
    }

    private static DataType dataType(ElementType type) {
        return switch (type) {
            case FLOAT32 -> DataType.FLOAT;
            case FLOAT16 -> DataType.FLOAT16;
            case BFLOAT16 -> DataType.BFLOAT16;
        };
    }
}
