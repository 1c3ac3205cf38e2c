// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import io.quantflux.avro.Codecs;
import io.quantflux.engine.kernel.InstalledKernels;
import io.quantflux.spec.json.SpecJson;
import io.quantflux.streaming.kafka.ClientClasses;
import java.util.concurrent.CompletableFuture;
import org.slf4j.LoggerFactory;

/** Loads on another thread what a start will need, while the main thread reads the command line. */
final class EarlyLoading {
    private static volatile CompletableFuture<?> logging = CompletableFuture.completedFuture(null);

    private EarlyLoading() {}

    static void begin() {
        CompletableFuture<Object> ready = new CompletableFuture<>();
        logging = ready;
        Thread thread = new Thread(() -> load(ready), "quantflux-loading");
        thread.setDaemon(true);
        thread.start();
    }

    private static void load(CompletableFuture<Object> ready) {
        try {
            ready.complete(LoggerFactory.getILoggerFactory());
        } finally {
            ready.complete(null); // whoever logs first hears of the failure
        }
        var unusedSpec = SpecJson.read("{}");
        ClientClasses.load();
        Codecs.load();
        var unusedKernels = InstalledKernels.get();
    }

    /** Nobody is to log while logging is being set up. */
    static void awaitLogging() {
        var unused = logging.join();
    }
}
