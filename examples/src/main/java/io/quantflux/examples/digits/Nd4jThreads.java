// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.digits;

import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Keeps ND4J's arithmetic on the thread that asks for it.
 *
 * <p>Its OpenMP threads wait for each other by spinning. Arrays this small gain nothing from a second thread, and where
 * the cores are shared, as with a broker in the same process, a step takes ten to fifty times as long.
 */
final class Nd4jThreads {

    private Nd4jThreads() {}

    /** For the whole process, from now on; {@code OMP_NUM_THREADS=1} in the environment does the same. */
    static void useCallerOnly() {
        Environment environment = Nd4j.getEnvironment();
        environment.setMaxMasterThreads(1);
        environment.setElementwiseThreshold(Integer.MAX_VALUE);
        environment.setTadThreshold(Integer.MAX_VALUE);
        Nd4j.factory().blas().setMaxThreads(1);
    }
}
