// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.engine.kernel.HalfFloats;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;

/** Single elements of a tensor as float32, by their row-major index. */
final class Elements {
    private final Tensor tensor;
    private final ByteBuffer data;

    Elements(Tensor tensor) {
        this.tensor = tensor;
        this.data = tensor.data();
    }

    float get(int index) {
        return switch (tensor.elementType()) {
            case FLOAT32 -> data.getFloat(data.position() + index * Float.BYTES);
            case FLOAT16 -> HalfFloats.fromFloat16(data.getShort(data.position() + index * Short.BYTES));
            case BFLOAT16 -> HalfFloats.fromBFloat16(data.getShort(data.position() + index * Short.BYTES));
        };
    }
}
