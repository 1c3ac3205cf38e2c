// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.nd4j;

import io.quantflux.engine.kernel.ElementReader;
import io.quantflux.engine.kernel.ElementWriter;
import io.quantflux.engine.kernel.Minifloat;
import io.quantflux.spec.DType;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.FloatDType;
import io.quantflux.spec.IntegerDType;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Quantized values as ND4J can hold them: whole bytes, which for floating dtypes are bit patterns. */
final class QuantizedArrays {
    private QuantizedArrays() {}

    /** Quantized float32 values as the dtype that stores them. */
    static INDArray toTarget(Tensor quantized, DType dtype) {
        ByteBuffer bytes = ByteBuffer.allocate(quantized.elements());
        ElementReader reader = new ElementReader(quantized);
        float[] chunk = reader.newChunk();
        for (int count = reader.read(chunk); count > 0; count = reader.read(chunk)) {
            for (int i = 0; i < count; i++) {
                bytes.put((byte)
                        (dtype instanceof FloatDType floats ? stored(floats).encode(chunk[i]) : (int) chunk[i]));
            }
        }
        return Nd4jTensors.array(quantized.shape(), targetType(dtype), bytes.flip());
    }

    /** Quantized values as float32, from the stored dtype or from any float type. */
    static Tensor values(INDArray array, DType dtype) {
        if (array.dataType() == DataType.FLOAT
                || array.dataType() == DataType.FLOAT16
                || array.dataType() == DataType.BFLOAT16) {
            return Nd4jTensors.tensor(array);
        }
        if (array.dataType() != targetType(dtype)) {
            throw new InvalidSpecException(
                    "dtype",
                    array.dataType(),
                    "quantized " + dtype.key() + " must be " + targetType(dtype) + " or a float type");
        }
        Shape shape = Nd4jTensors.shape(array);
        ByteBuffer bytes = Nd4jTensors.copyOut(array, ByteBuffer.allocate((int) shape.elements()))
                .flip();
        ElementWriter writer = new ElementWriter(shape, ElementType.FLOAT32);
        float[] one = new float[1];
        while (bytes.hasRemaining()) {
            one[0] = value(bytes.get(), dtype);
            writer.write(one, 1);
        }
        return writer.tensor();
    }

    private static float value(byte stored, DType dtype) {
        if (dtype instanceof FloatDType floats) {
            return stored(floats).decode(stored & 0xFF);
        }
        return dtype instanceof IntegerDType integers && integers.signed() ? stored : stored & 0xFF;
    }

    /** Float32 values as an array of that element type, to nearest, ties to even. */
    static INDArray narrowed(Tensor values, ElementType type) {
        if (type == values.elementType()) {
            return Nd4jTensors.array(values);
        }
        ElementReader reader = new ElementReader(values);
        ElementWriter writer = new ElementWriter(values.shape(), type);
        float[] chunk = reader.newChunk();
        for (int count = reader.read(chunk); count > 0; count = reader.read(chunk)) {
            writer.write(chunk, count);
        }
        return Nd4jTensors.array(writer.tensor());
    }

    private static DataType targetType(DType dtype) {
        return dtype instanceof IntegerDType integers && integers.signed() ? DataType.INT8 : DataType.UINT8;
    }

    /** FP4 values are stored in float8_e4m3fn, which holds each of them. */
    private static Minifloat stored(FloatDType dtype) {
        return Minifloat.of(dtype == FloatDType.FLOAT8_E5M2 ? dtype : FloatDType.FLOAT8_E4M3FN);
    }
}
