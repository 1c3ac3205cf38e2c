// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.avro.FakeQuantized;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.streaming.shard.Emission;
import io.quantflux.streaming.view.CalibrationListener;
import io.quantflux.streaming.view.FoldedTensor;
import io.quantflux.streaming.view.RefusedInput;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Tells the listener what a lane has folded, in its terms. */
final class Announcer {
    private final CalibrationListener listener;

    Announcer(CalibrationListener listener) {
        this.listener = listener;
    }

    void folded(Lane lane, Lane.Result result) {
        ConsumerRecord<ByteBuffer, ByteBuffer> source = result.input().source();
        FakeQuantized output = null;
        QParamsUpdate update = null;
        for (Emission emission : result.emissions()) {
            if (emission instanceof Emission.Output e) {
                output = e.value();
            } else if (emission instanceof Emission.Qparams e) {
                update = e.value();
            } else if (emission instanceof Emission.Event e) {
                listener.event(e.key(), e.value());
            } else if (emission instanceof Emission.DeadLetter e) {
                long bytes = result.input().bytes();
                listener.refused(new RefusedInput(source.topic(), source.partition(), source.offset(), bytes, e));
            } else if (emission instanceof Emission.State e) {
                state(lane, result, e, update, output);
            }
        }
    }

    /** The state comes after the qparams and the output it belongs to. */
    private void state(
            Lane lane,
            Lane.Result result,
            Emission.State state,
            @Nullable QParamsUpdate update,
            @Nullable FakeQuantized output) {
        boolean inChunks = result.endsTurn(); // no single record has its values
        if (update == null || output == null || !result.input().isTensor() || inChunks) {
            listener.changed(state.id(), lane.partition().partition(), state.value());
            return;
        }
        listener.folded(new FoldedTensor(
                state.id(),
                result.input().source().value(),
                result.input().bytes(),
                update,
                output,
                state.value(),
                result.times()));
    }
}
