// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import org.nd4j.linalg.api.blas.params.MMulTranspose;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.Mmul;
import org.nd4j.linalg.factory.Nd4j;

/** Matrix products into row-major arrays; {@code INDArray.mmul} copies for that, and is several times slower here. */
final class MatrixProduct {

    private MatrixProduct() {}

    /** out = a b. */
    static INDArray ab(INDArray a, INDArray b, INDArray out) {
        return product(a, false, b, false, out);
    }

    /** out = aᵀ b. */
    static INDArray aTb(INDArray a, INDArray b, INDArray out) {
        return product(a, true, b, false, out);
    }

    /** out = a bᵀ. */
    static INDArray abT(INDArray a, INDArray b, INDArray out) {
        return product(a, false, b, true, out);
    }

    private static INDArray product(INDArray a, boolean aT, INDArray b, boolean bT, INDArray out) {
        MMulTranspose transpose =
                MMulTranspose.builder().transposeA(aT).transposeB(bT).build();
        Nd4j.exec(new Mmul(a, b, out, transpose));
        return out;
    }
}
