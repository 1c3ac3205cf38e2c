// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.offline;

import io.quantflux.engine.kernel.HalfFloats;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;

/** A tensor's elements as float32; widening is exact. */
public final class FloatValues {
    private FloatValues() {}

    public static float[] of(Tensor tensor) {
        float[] values = new float[tensor.elements()];
        ByteBuffer data = tensor.data();
        switch (tensor.elementType()) {
            case FLOAT32 -> data.asFloatBuffer().get(values);
            case FLOAT16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = HalfFloats.fromFloat16(data.getShort());
                }
            }
            case BFLOAT16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = HalfFloats.fromBFloat16(data.getShort());
                }
            }
        }
        return values;
    }
}
