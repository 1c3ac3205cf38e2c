// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.stream;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;

/**
 * One run over a backlog: from the first commit that is seen to the last.
 *
 * @param megabytesPerSecond of tensor values, 10⁶ bytes
 * @param allocatedPerTensor bytes of heap that the contender's threads allocated for a tensor, its Kafka clients' included
 */
record Throughput(double megabytesPerSecond, double allocatedPerTensor) {
    private static final long GLANCE_MS = 5;
    private static final long PATIENCE_NANOS = 120_000_000_000L;

    /** Loads {@code records}, starts the contender, and watches its group's committed offsets. */
    static Throughput measure(Bed bed, Lane lane, Contender contender, Workload workload, int records) {
        long before = bed.committed(lane);
        workload.load(bed.loader(), lane.topics().activations(), records);
        long target = bed.end(lane.topics().activations());
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        try (Pipeline pipeline = contender.start(lane)) {
            long first = before;
            while (first == before) {
                first = glance(bed, lane, deadline, contender);
            }
            long began = System.nanoTime();
            long allocated = allocated();
            long now = first;
            while (now < target) {
                now = glance(bed, lane, deadline, contender);
            }
            long took = System.nanoTime() - began;
            double perTensor = (allocated() - allocated) / (double) (target - first);
            return new Throughput((target - first) * (double) workload.tensorBytes() / took * 1e3, perTensor);
        } finally {
            bed.truncate(lane.topics().activations());
            bed.truncate(lane.topics().fakeQuantized());
        }
    }

    private static long glance(Bed bed, Lane lane, long deadline, Contender contender) {
        if (System.nanoTime() > deadline) {
            throw new IllegalStateException(contender + " made no progress on " + lane.name());
        }
        try {
            Thread.sleep(GLANCE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return bed.committed(lane);
    }

    /** Of the contender's threads: not of those that load, watch and look on. */
    private static long allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            boolean bench = thread == null
                    || thread.getThreadId() == Thread.currentThread().getId()
                    || thread.getThreadName().startsWith("kafka-admin-client-thread");
            sum += bench ? 0 : Math.max(0, threads.getThreadAllocatedBytes(thread.getThreadId()));
        }
        return sum;
    }
}
