// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import org.jspecify.annotations.Nullable;

/** Meters of the JVM and its process, from the first time that somebody asks: a start need not wait for them. */
final class JvmMeters implements AutoCloseable {
    private @Nullable JvmGcMetrics garbageCollection;

    synchronized void bindOnce(MeterRegistry registry) {
        if (garbageCollection != null) {
            return;
        }
        garbageCollection = new JvmGcMetrics();
        garbageCollection.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    @Override
    public synchronized void close() {
        if (garbageCollection != null) {
            garbageCollection.close();
        }
    }
}
