// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.time.Duration;
import java.util.Arrays;

/** Scrapes {@code /readyz} of every processor several times a second. */
final class Readiness implements AutoCloseable {
    private static final long EVERY_MS = 200;

    private final Fleet fleet;
    private final Thread thread;
    private final boolean[] wentFalse;
    private volatile boolean running = true;

    Readiness(Fleet fleet) {
        this.fleet = fleet;
        wentFalse = new boolean[fleet.size()];
        thread = new Thread(this::run, "readiness");
        thread.setDaemon(true);
        thread.start();
    }

    /** Forgets what it has seen. */
    synchronized void reset() {
        Arrays.fill(wentFalse, false);
    }

    /** Whether that processor has been not ready since. */
    synchronized boolean wentFalse(int slot) {
        return wentFalse[slot];
    }

    /** Waits until each of {@code slots} has been not ready; how long that took, or −1 if it did not come to that. */
    long awaitFalse(Iterable<Integer> slots, Duration timeout) {
        long started = System.nanoTime();
        for (int slot : slots) {
            while (!wentFalse(slot)) {
                if (System.nanoTime() - started > timeout.toNanos()) {
                    return -1;
                }
                Fleet.pause(50);
            }
        }
        return (System.nanoTime() - started) / 1_000_000;
    }

    private void run() {
        while (running) {
            for (int slot = 0; slot < fleet.size(); slot++) {
                if (fleet.isRunning(slot) && !fleet.get(slot).isReady()) {
                    synchronized (this) {
                        wentFalse[slot] = true;
                    }
                }
            }
            Fleet.pause(EVERY_MS);
        }
    }

    @Override
    public void close() {
        running = false;
        try {
            thread.join(5000);
        } catch (InterruptedException e) {
            throw FaultSuiteException.interrupted(e);
        }
    }
}
