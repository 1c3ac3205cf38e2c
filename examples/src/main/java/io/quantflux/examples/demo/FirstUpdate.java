// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.demo;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** How long after this JVM's launch the first calibrated tensor's qparams were read back. */
final class FirstUpdate {
    private static final long NONE = -1;

    private final AtomicLong millis = new AtomicLong(NONE);

    void seen() {
        if (millis.get() == NONE) {
            millis.compareAndSet(NONE, ManagementFactory.getRuntimeMXBean().getUptime());
        }
    }

    Optional<Duration> sinceLaunch() {
        return millis.get() == NONE ? Optional.empty() : Optional.of(Duration.ofMillis(millis.get()));
    }
}
