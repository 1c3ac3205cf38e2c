// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.nd4j;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a forward pass leaves for its backward pass.
 *
 * @param shape the pass's
 * @param mask elements that were not clamped; {@code null} if the input passed through
 */
record Gradient(Shape shape, @Nullable BitSet mask) {
    INDArray apply(INDArray gradOutput) {
        if (!Nd4jTensors.shape(gradOutput).equals(shape)) {
            throw new InvalidSpecException(
                    "gradOutput",
                    Nd4jTensors.shape(gradOutput),
                    "must have the shape of the last forward pass, " + shape);
        }
        if (mask == null) {
            return gradOutput;
        }
        float[] ones = new float[(int) shape.elements()];
        for (int i = mask.nextSetBit(0); i >= 0; i = mask.nextSetBit(i + 1)) {
            ones[i] = 1;
        }
        INDArray factor = Nd4jTensors.array(Tensor.of(shape, ones)).castTo(gradOutput.dataType());
        return gradOutput.mul(factor);
    }
}
