// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The other tests run under BlockHound; this one shows that it would have told. */
class BlockHoundIT {
    @Test
    void aBlockOnAComputeThreadIsCaught() {
        Scheduler compute = Processor.computeScheduler(1);
        try {
            Mono<String> blocking = Mono.fromCallable(() -> {
                Thread.sleep(1);
                return Thread.currentThread().getName();
            });
            assertThatThrownBy(() -> blocking.subscribeOn(compute).block())
                    .hasRootCauseInstanceOf(BlockingOperationError.class)
                    .hasStackTraceContaining("java.lang.Thread.sleep");
        } finally {
            compute.dispose();
        }
    }

    @Test
    void lanesRunOnSuchThreads() {
        Scheduler compute = Processor.computeScheduler(1);
        try {
            assertThat(Mono.fromCallable(() -> Thread.currentThread().getName())
                            .subscribeOn(compute)
                            .block())
                    .startsWith("quantflux-compute");
        } finally {
            compute.dispose();
        }
    }
}
