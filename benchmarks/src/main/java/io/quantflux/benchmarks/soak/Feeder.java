// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.soak;

import io.quantflux.client.ActivationPublisher;
import io.quantflux.spec.Shape;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** A trainer that publishes 1 MiB tensors at a set rate. */
final class Feeder implements AutoCloseable {
    static final Shape SHAPE = Shape.of(512, 512);
    static final int TENSOR_BYTES = 1 << 20;
    private static final int TENSORS = 16;
    private static final int VARIANTS = 4;

    private final ActivationPublisher publisher;
    private final float[][] values = new float[VARIANTS][];
    private final Thread thread = new Thread(this::feed, "soak-feeder");
    private volatile double bytesPerSecond;
    private volatile boolean closed;

    /** Starts at once. */
    Feeder(String bootstrapServers, double bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
        publisher = ActivationPublisher.builder(bootstrapServers).run("soak").build();
        Random random = new Random(1);
        for (int i = 0; i < VARIANTS; i++) {
            values[i] = new float[(int) SHAPE.elements()];
            for (int j = 0; j < values[i].length; j++) {
                values[i][j] = (float) random.nextGaussian();
            }
        }
        thread.setDaemon(true);
        thread.start();
    }

    void rate(double wanted) {
        bytesPerSecond = wanted;
    }

    private void feed() {
        long next = System.nanoTime();
        for (long i = 0; !closed; i++) {
            while (!publisher.publish("layer" + i % TENSORS, i / TENSORS, SHAPE, values[(int) (i % VARIANTS)])
                    && !closed) {
                LockSupport.parkNanos(5_000_000);
            }
            next += (long) (TENSOR_BYTES / bytesPerSecond * 1e9);
            long now = System.nanoTime();
            next = Math.max(next, now - 1_000_000_000L);
            LockSupport.parkNanos(next - now);
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join(5_000);
        publisher.close();
    }
}
