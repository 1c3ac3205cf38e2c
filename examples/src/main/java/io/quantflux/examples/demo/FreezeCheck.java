// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.demo;

import io.quantflux.avro.QParamsUpdate;
import io.quantflux.spec.QParams;
import io.quantflux.spec.TensorId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Watches the qparams topic: from the step of the export-mode command on, a tensor's qparams must be the same bits. */
final class FreezeCheck {
    private final long freezeAt;
    private final Map<TensorId, QParams> frozen = new ConcurrentHashMap<>();
    private final AtomicLong compared = new AtomicLong();
    private final AtomicLong changed = new AtomicLong();

    FreezeCheck(long freezeAt) {
        this.freezeAt = freezeAt;
    }

    void accept(TensorId id, QParamsUpdate update) {
        QParams now = update.qparams();
        if (update.step() < freezeAt || now == null) {
            return;
        }
        @Nullable QParams first = frozen.putIfAbsent(id, now);
        if (first != null) {
            compared.incrementAndGet();
            if (!first.equals(now)) { // bit by bit
                changed.incrementAndGet();
            }
        }
    }

    /** Tensors seen frozen. */
    int tensors() {
        return frozen.size();
    }

    /** Updates compared with their tensor's first frozen one. */
    long compared() {
        return compared.get();
    }

    /** Updates whose bits differ; 0 is the promise. */
    long changed() {
        return changed.get();
    }
}
