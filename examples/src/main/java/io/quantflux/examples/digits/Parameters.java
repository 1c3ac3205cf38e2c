// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** All weights of a network in one flat array, with their gradients in another: an optimizer step is then one operation. */
final class Parameters implements AutoCloseable {

    /** One weight array and its gradient, both views of the flat arrays. */
    record Parameter(INDArray value, INDArray gradient) {

        /** Draws from a normal distribution with the standard deviation that keeps a ReLU layer's variance (He, 2015). */
        void initialize(Random random, long fanIn) {
            double deviation = Math.sqrt(2.0 / fanIn);
            for (long i = 0; i < value.length(); i++) {
                value.putScalar(i, random.nextGaussian() * deviation);
            }
        }
    }

    private final INDArray values;
    private final INDArray gradients;
    private long allotted;

    Parameters(DataType type, long count) {
        this.values = Nd4j.zeros(type, count);
        this.gradients = Nd4j.zeros(type, count);
    }

    /** The next stretch of the flat arrays, in the given shape; zero until initialized. */
    Parameter allot(long rows, long columns) {
        long from = allotted;
        allotted += rows * columns;
        return new Parameter(view(values, from, rows, columns), view(gradients, from, rows, columns));
    }

    INDArray values() {
        return values;
    }

    INDArray gradients() {
        return gradients;
    }

    @Override
    public void close() {
        values.close();
        gradients.close();
    }

    private INDArray view(INDArray flat, long from, long rows, long columns) {
        return flat.get(NDArrayIndex.interval(from, allotted)).reshape('c', true, rows, columns);
    }
}
