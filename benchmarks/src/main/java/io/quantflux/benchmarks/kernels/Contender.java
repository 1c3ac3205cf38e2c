// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.kernels;

/** One way to do a workload. */
interface Contender extends AutoCloseable {
    /** Who does it. */
    String provider();

    /** Does it some times over, and returns the seconds that took. */
    double seconds(int times) throws Exception;

    @Override
    default void close() throws Exception {}

    /** One that runs in this JVM. */
    static Contender of(String provider, Work work) {
        return new Contender() {
            @Override
            public String provider() {
                return provider;
            }

            @Override
            public double seconds(int times) throws Exception {
                long start = System.nanoTime();
                for (int i = 0; i < times; i++) {
                    work.run();
                }
                return (System.nanoTime() - start) / 1e9;
            }
        };
    }

    /** What is measured. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }
}
