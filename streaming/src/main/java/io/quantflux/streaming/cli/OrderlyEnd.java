// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C and SIGTERM end a command the way it ends by itself: the main thread sees the request, closes everything in
 * order, and only then does the JVM go, with the command's own exit code.
 */
public final class OrderlyEnd {
    private static final long PATIENCE_SECONDS = 45;

    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile int exitCode;
    private volatile boolean orderly;

    private OrderlyEnd() {}

    /** Listens for signals from here on. */
    public static OrderlyEnd install() {
        OrderlyEnd end = new OrderlyEnd();
        Runtime.getRuntime().addShutdownHook(new Thread(end::onSignal, "orderly-end"));
        return end;
    }

    /** Completes when somebody asks. */
    public CompletableFuture<Void> asked() {
        return asked;
    }

    public boolean isAsked() {
        return asked.isDone();
    }

    /** Everything is closed: the JVM may go with this exit code, 0 also when the end was asked for. */
    public void done(int code) {
        exitCode = code;
        orderly = true;
        ended.countDown();
    }

    /** The command has failed; its exit code is for whoever explains the failure. */
    public void failed() {
        ended.countDown();
    }

    private void onSignal() {
        asked.complete(null);
        try {
            if (ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS) && orderly) {
                Runtime.getRuntime().halt(exitCode); // the JVM would make it 128 + the signal's number
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
