// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.offline;

import io.quantflux.spec.ElementType;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;

/** A tensor's elements as float32, widened exactly. */
public final class FloatValues {
    private FloatValues() {}

    public static float[] of(Tensor tensor) {
        float[] values = new float[tensor.elements()];
        ByteBuffer data = tensor.data();
        if (tensor.elementType() == ElementType.FLOAT32) {
            data.asFloatBuffer().get(values);
        }
        return values;
    }
}
