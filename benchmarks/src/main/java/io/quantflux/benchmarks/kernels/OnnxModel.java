// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.kernels;

import io.quantflux.spec.Shape;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes the ONNX graphs of the benchmark, field by field as {@code onnx.proto} numbers them: enough for two nodes. */
final class OnnxModel {
    private static final int FLOAT = 1;
    private static final int INT8 = 3;
    private static final int OPSET = 13;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private OnnxModel() {}

    /** Range, scale, quantize and dequantize of a whole tensor: {@code x} to {@code y}. */
    static byte[] dynamic(Shape shape) {
        return model(
                shape,
                new OnnxModel()
                        .message(1, node("DynamicQuantizeLinear", "x", "q,s,z", false))
                        .message(1, node("DequantizeLinear", "q,s,z", "y", false)));
    }

    /** Quantize and dequantize along axis 1 with given scales. */
    static byte[] perChannel(Shape shape, float scale) {
        int channels = shape.dim(1);
        ByteBuffer scales = ByteBuffer.allocate(4 * channels).order(ByteOrder.LITTLE_ENDIAN);
        while (scales.hasRemaining()) {
            scales.putFloat(scale);
        }
        return model(
                shape,
                new OnnxModel()
                        .message(1, node("QuantizeLinear", "x,s,z", "q", true))
                        .message(1, node("DequantizeLinear", "q,s,z", "y", true))
                        .message(5, initializer("s", FLOAT, channels, scales.array()))
                        .message(5, initializer("z", INT8, channels, new byte[channels])));
    }

    private static byte[] model(Shape shape, OnnxModel graph) {
        graph.text(2, "g").message(11, value("x", shape)).message(12, value("y", shape));
        OnnxModel opset = new OnnxModel().text(1, "").number(2, OPSET);
        return new OnnxModel()
                .number(1, 8)
                .message(8, opset)
                .message(7, graph)
                .bytes
                .toByteArray();
    }

    private static OnnxModel node(String operator, String inputs, String outputs, boolean axis) {
        OnnxModel node = new OnnxModel();
        for (String input : inputs.split(",", -1)) {
            node.text(1, input);
        }
        for (String output : outputs.split(",", -1)) {
            node.text(2, output);
        }
        node.text(4, operator);
        return axis
                ? node.message(5, new OnnxModel().text(1, "axis").number(3, 1).number(20, 2))
                : node;
    }

    private static OnnxModel initializer(String name, int type, int elements, byte[] data) {
        return new OnnxModel().number(1, elements).number(2, type).text(8, name).raw(9, data);
    }

    private static OnnxModel value(String name, Shape shape) {
        OnnxModel dims = new OnnxModel();
        for (int axis = 0; axis < shape.rank(); axis++) {
            dims.message(1, new OnnxModel().number(1, shape.dim(axis)));
        }
        OnnxModel tensor = new OnnxModel().number(1, FLOAT).message(2, dims);
        return new OnnxModel().text(1, name).message(2, new OnnxModel().message(1, tensor));
    }

    private OnnxModel varint(long value) {
        long rest = value;
        while (rest > 0x7F) {
            bytes.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return this;
    }

    private OnnxModel number(int field, long value) {
        return varint((long) field << 3).varint(value);
    }

    private OnnxModel raw(int field, byte[] value) {
        varint((long) field << 3 | 2).varint(value.length).bytes.writeBytes(value);
        return this;
    }

    private OnnxModel text(int field, String value) {
        return raw(field, value.getBytes(StandardCharsets.UTF_8));
    }

    private OnnxModel message(int field, OnnxModel value) {
        return raw(field, value.bytes.toByteArray());
    }
}
