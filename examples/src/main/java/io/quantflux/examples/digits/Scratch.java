// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The off-heap arrays of one step, freed together: waiting for the garbage collector would let them pile up. */
final class Scratch implements AutoCloseable {

    private final List<INDArray> arrays = new ArrayList<>();

    /** Frees this array with the others; views free nothing, and arrays over one buffer free it once. */
    INDArray own(INDArray array) {
        arrays.add(array);
        return array;
    }

    /** A new row-major array like the given one in data type, not zeroed. */
    INDArray like(INDArray model, long... shape) {
        return own(Nd4j.createUninitialized(model.dataType(), shape, 'c'));
    }

    @Override
    public void close() {
        arrays.forEach(INDArray::close);
        arrays.clear();
    }
}
