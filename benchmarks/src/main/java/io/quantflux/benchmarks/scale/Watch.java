// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.scale;

/**
 * A backlog as it is worked off.
 *
 * @param records between the first commit that was seen and the last
 * @param seconds that took
 */
record Watch(long records, double seconds) {
    private static final long GLANCE_MS = 5;
    private static final long PATIENCE_NANOS = 180_000_000_000L;

    /** Waits until all that was sent is committed. The first commit starts the clock: a start is not what is measured. */
    static Watch until(Stage stage, long already, long target) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        long first = already;
        while (first == already) {
            first = glance(stage, deadline);
        }
        long began = System.nanoTime();
        long now = first;
        while (now < target) {
            now = glance(stage, deadline);
        }
        return new Watch(target - first, (System.nanoTime() - began) / 1e9);
    }

    private static long glance(Stage stage, long deadline) throws InterruptedException {
        if (System.nanoTime() > deadline) {
            throw new IllegalStateException("no progress on " + stage.name());
        }
        Thread.sleep(GLANCE_MS);
        return stage.committed();
    }
}
