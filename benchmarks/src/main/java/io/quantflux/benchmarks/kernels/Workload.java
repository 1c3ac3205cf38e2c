// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.kernels;

import io.quantflux.engine.kernel.BlockLayout;
import io.quantflux.engine.kernel.Minifloat;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.FloatDType;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A tensor cut into blocks.
 *
 * @param name of the row
 * @param block shape of one block
 * @param format what to round to; {@code null} is int8
 */
record Workload(
        String name,
        Shape shape,
        Shape block,
        ElementType type,
        @Nullable FloatDType format) {
    private static final int CHANNELS = 768;
    private static final int MIB = 1 << 20;

    /** The sizes and cuts of the goals, then other dtypes. */
    static List<Workload> all() {
        return List.of(
                perTensor(64 << 10),
                perTensor(MIB),
                perTensor(16 * MIB),
                perTensor(64 * MIB),
                channelLast(MIB),
                channelLast(64 * MIB),
                nchw(4),
                nchw(28),
                block(32, MIB),
                block(32, 64 * MIB),
                block(128, MIB),
                block(128, 64 * MIB),
                of("observe_qdq_fp8_per_tensor", flat(MIB), ElementType.FLOAT32, FloatDType.FLOAT8_E4M3FN),
                of("observe_qdq_fp8_per_tensor", flat(64 * MIB), ElementType.FLOAT32, FloatDType.FLOAT8_E4M3FN),
                of("observe_qdq_fp4_per_tensor", flat(MIB), ElementType.FLOAT32, FloatDType.FLOAT4_E2M1FN_X2),
                of("observe_qdq_float16_per_tensor", flat(MIB), ElementType.FLOAT16, null),
                of("observe_qdq_bfloat16_per_tensor", flat(MIB), ElementType.BFLOAT16, null));
    }

    static Workload perTensor(int bytes) {
        return of("observe_qdq_per_tensor", flat(bytes), ElementType.FLOAT32, null);
    }

    static Workload channelLast(int bytes) {
        int rows = bytes / 4 / CHANNELS;
        return new Workload(
                "observe_qdq_per_channel_last", Shape.of(rows, CHANNELS), Shape.of(rows, 1), ElementType.FLOAT32, null);
    }

    static Workload nchw(int batch) {
        return new Workload(
                "observe_qdq_per_channel_nchw",
                Shape.of(batch, CHANNELS, 28, 28),
                Shape.of(batch, 1, 28, 28),
                ElementType.FLOAT32,
                null);
    }

    static Workload block(int size, int bytes) {
        return new Workload(
                "observe_qdq_block" + size,
                Shape.of(bytes / 4 / 4096, 4096),
                Shape.of(1, size),
                ElementType.FLOAT32,
                null);
    }

    private static Shape flat(int bytes) {
        return Shape.of(bytes / 4);
    }

    private static Workload of(String name, Shape shape, ElementType type, @Nullable FloatDType format) {
        return new Workload(name, shape, shape, type, format);
    }

    BlockLayout layout() {
        return BlockLayout.of(shape, block);
    }

    @Nullable
    Minifloat minifloat() {
        return format == null ? null : Minifloat.of(format);
    }

    long bytes() {
        return shape.elements() * type.bytes();
    }

    boolean perTensor() {
        return block.equals(shape);
    }

    boolean perChannel() {
        return name.contains("channel");
    }

    boolean int8OfFloat32() {
        return format == null && type == ElementType.FLOAT32;
    }

    /** Gaussian values on the heap; float16 of any kind. */
    Tensor tensor() {
        SplittableRandom random = new SplittableRandom(1);
        ByteBuffer data = ByteBuffer.allocate((int) bytes()).order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
            float value = (float) random.nextGaussian();
            switch (type) {
                case FLOAT32 -> data.putFloat(value);
                case FLOAT16 -> data.putShort((short) (0x3000 + (random.nextInt() & 0x8FFF)));
                case BFLOAT16 -> data.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
            }
        }
        return new Tensor(shape, type, data.flip());
    }
}
