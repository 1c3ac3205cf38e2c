// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Locks of libraries that are held for moments only; now and then a test met another thread there. The error that BlockHound
 * throws then leaves the lock with a waiter that never takes it, so that all who come later wait for ever.
 */
public final class MomentaryLocks implements BlockHoundIntegration {
    @Override
    public void applyTo(BlockHound.Builder builder) {
        builder.allowBlockingCallsInside("io.netty.buffer.AdaptivePoolingAllocator$Magazine", "free");
        // Reactor's own integration allows it to tasks that run once, and not to periodic ones, as of Flux.interval
        builder.allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove");
    }
}
