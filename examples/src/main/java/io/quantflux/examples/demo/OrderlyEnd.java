// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.demo;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C and SIGTERM end the demo the way it ends by itself: the main thread sees the request, closes everything in
 * order, and only then does the JVM go.
 */
final class OrderlyEnd {
    private static final long PATIENCE_SECONDS = 45;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile int exitCode;

    private OrderlyEnd() {}

    static OrderlyEnd install() {
        OrderlyEnd end = new OrderlyEnd();
        Runtime.getRuntime().addShutdownHook(new Thread(end::onSignal, "demo-end"));
        return end;
    }

    boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Waits until somebody asks. */
    void await() throws InterruptedException {
        asked.await();
    }

    /** Everything is closed: the JVM may go with this exit code. */
    void done(int code) {
        exitCode = code;
        ended.countDown();
    }

    private void onSignal() {
        asked.countDown();
        try {
            if (ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(exitCode); // an end in order is a success, also when it was asked for
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
