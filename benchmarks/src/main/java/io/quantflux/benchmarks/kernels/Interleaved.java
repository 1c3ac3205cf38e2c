// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.kernels;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/**
 * Times contenders in turn, round after round, so that whatever else the machine does meets all of them alike.
 *
 * @param rounds how many
 * @param slice seconds that a contender has of a round
 * @param warmUp seconds that it runs before
 */
record Interleaved(int rounds, double slice, double warmUp) {
    static final Interleaved SHORT = new Interleaved(9, 0.02, 0.5);
    static final Interleaved LONG = new Interleaved(31, 0.05, 2);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Seconds for one run, by contender and round; bytes that the last run allocated in this thread. */
    @SuppressWarnings("ArrayRecordComponent")
    record Times(double[][] seconds, long[] allocated) {
        /** Median seconds of a contender. */
        double median(int contender) {
            return median(seconds[contender].clone());
        }

        /** Median of what one takes divided by what another takes in the same round. */
        double ratio(int contender, int to) {
            double[] ratios = new double[seconds[contender].length];
            for (int round = 0; round < ratios.length; round++) {
                ratios[round] = seconds[contender][round] / seconds[to][round];
            }
            return median(ratios);
        }

        private static double median(double[] values) {
            Arrays.sort(values);
            return values[values.length / 2];
        }
    }

    Times measure(List<Contender> contenders) throws Exception {
        int n = contenders.size();
        int[] times = new int[n];
        for (int i = 0; i < n; i++) {
            times[i] = timesIn(contenders.get(i));
        }
        double[][] seconds = new double[n][rounds];
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < n; i++) {
                seconds[i][round] = contenders.get(i).seconds(times[i]) / times[i];
            }
        }
        long[] allocated = new long[n];
        for (int i = 0; i < n; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            contenders.get(i).seconds(1);
            allocated[i] = THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        return new Times(seconds, allocated);
    }

    /** Warms up, and finds how often a contender runs in its slice. */
    private int timesIn(Contender contender) throws Exception {
        double spent = 0;
        double one = contender.seconds(1);
        for (int times = 1; spent < warmUp; times = (int) Math.max(1, Math.min(10_000, slice / one))) {
            double took = contender.seconds(times);
            spent += took;
            one = took / times;
        }
        return (int) Math.max(1, Math.min(100_000, slice / one));
    }
}
