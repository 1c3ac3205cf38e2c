// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.view;

import io.quantflux.avro.TensorEvent;
import io.quantflux.avro.TensorState;
import io.quantflux.spec.TensorId;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several listeners as one; one that throws keeps neither the stream nor the others. */
public final class Onlookers implements CalibrationListener {
    private static final Logger log = LoggerFactory.getLogger(Onlookers.class);

    private final List<CalibrationListener> listeners;
    private boolean complained;

    public Onlookers(List<? extends CalibrationListener> listeners) {
        this.listeners = List.copyOf(listeners);
    }

    private void each(Consumer<CalibrationListener> call) {
        for (CalibrationListener listener : listeners) {
            try {
                call.accept(listener);
            } catch (RuntimeException e) {
                if (!complained) {
                    log.error("{} failed; further failures are not logged", listener, e);
                }
                complained = true;
            }
        }
    }

    @Override
    public void folded(FoldedTensor tensor) {
        each(listener -> listener.folded(tensor));
    }

    @Override
    public void changed(TensorId id, int partition, TensorState now) {
        each(listener -> listener.changed(id, partition, now));
    }

    @Override
    public void event(String key, TensorEvent event) {
        each(listener -> listener.event(key, event));
    }

    @Override
    public void refused(RefusedInput input) {
        each(listener -> listener.refused(input));
    }

    @Override
    public void restored(int partition, Map<TensorId, TensorState> tensors) {
        each(listener -> listener.restored(partition, tensors));
    }

    @Override
    public void released(int partition) {
        each(listener -> listener.released(partition));
    }

    @Override
    public void committed(long nanos) {
        each(listener -> listener.committed(nanos));
    }

    @Override
    public void restarted() {
        each(CalibrationListener::restarted);
    }
}
