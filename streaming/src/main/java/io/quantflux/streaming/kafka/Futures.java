// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waiting for other threads' work as if it were one's own. */
public final class Futures {
    private Futures() {}

    /** Its result; throws what it failed with, as it was thrown there. */
    public static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }
}
