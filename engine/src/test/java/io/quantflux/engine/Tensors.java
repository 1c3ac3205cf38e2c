// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import io.quantflux.engine.kernel.ElementReader;
import io.quantflux.engine.kernel.ElementWriter;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.util.SplittableRandom;

/** Tensors for tests, and their elements. */
final class Tensors {
    private Tensors() {}

    static Tensor vector(float... values) {
        return Tensor.of(Shape.of(values.length), values);
    }

    static Tensor random(SplittableRandom random, Shape shape, double scale) {
        float[] values = new float[(int) shape.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        return Tensor.of(shape, values);
    }

    static Tensor narrowed(Tensor tensor, ElementType type) {
        ElementWriter writer = new ElementWriter(tensor.shape(), type);
        float[] values = values(tensor);
        for (float value : values) {
            writer.write(new float[] {value}, 1);
        }
        return writer.tensor();
    }

    static float[] values(Tensor tensor) {
        float[] values = new float[tensor.elements()];
        float[] chunk = new float[ElementReader.CHUNK];
        ElementReader reader = new ElementReader(tensor);
        int start = 0;
        for (int count = reader.read(chunk); count > 0; count = reader.read(chunk)) {
            System.arraycopy(chunk, 0, values, start, count);
            start += count;
        }
        return values;
    }
}
