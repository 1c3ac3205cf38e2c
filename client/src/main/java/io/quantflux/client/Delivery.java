// SPDX-License-Identifier: Apache-2.0
package io.quantflux.client;

import io.quantflux.client.ActivationPublisher.Counters;
import io.quantflux.spec.TensorId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what becomes of tensors, and says once what is worth saying. */
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(ActivationPublisher.class);

    private final String topic;
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicBoolean failing = new AtomicBoolean();
    private final Set<TensorId> tooLarge = ConcurrentHashMap.newKeySet();

    Delivery(String topic) {
        this.topic = topic;
    }

    void published() {
        published.incrementAndGet();
    }

    void dropped() {
        if (dropped.getAndIncrement() == 0) {
            LOG.warn("{}: the queue is full, tensors are dropped and from now on only counted", topic);
        }
    }

    void tooLarge(TensorId id, long bytes, long limit) {
        failed.incrementAndGet();
        if (tooLarge.add(id)) {
            LOG.warn(
                    "{}: {} has {} bytes, too many for the {} that may be queued or cut into chunks; it is not sent",
                    topic,
                    id,
                    bytes,
                    limit);
        }
    }

    void settled(TensorId id, Outbox.Result result, @Nullable Exception cause) {
        switch (result) {
            case ACKNOWLEDGED -> {
                acknowledged.incrementAndGet();
                if (failing.get() && failing.compareAndSet(true, false)) {
                    LOG.info("{}: tensors arrive again, {} have failed so far", topic, failed.get());
                }
            }
            case FAILED -> {
                failed.incrementAndGet();
                if (!(cause instanceof RecordTooLargeException)) {
                    if (failing.compareAndSet(false, true)) {
                        LOG.warn("{}: {} did not arrive, further ones are only counted: {}", topic, id, reason(cause));
                    }
                } else if (tooLarge.add(id)) {
                    LOG.warn("{}: {} is too large for the broker: {}", topic, id, reason(cause));
                }
            }
            case UNSENT -> dropped.incrementAndGet();
        }
    }

    Counters counters(long bytesQueued) {
        return new Counters(published.get(), acknowledged.get(), dropped.get(), failed.get(), bytesQueued);
    }

    private static String reason(@Nullable Exception cause) {
        return String.valueOf(cause);
    }
}
