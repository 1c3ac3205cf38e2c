// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.avro.ActivationCodec;
import io.quantflux.spec.TensorId;
import io.quantflux.streaming.view.FoldedTensor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The tensors someone looks at closely; of these alone samples are taken, one a second. */
final class Watches {
    private static final long EVERY_MILLIS = 1000;

    private final Map<TensorId, Integer> viewers = new ConcurrentHashMap<>();

    void begin(TensorId id) {
        viewers.merge(id, 1, Integer::sum);
    }

    void end(TensorId id) {
        viewers.computeIfPresent(id, (same, count) -> count == 1 ? null : count - 1);
    }

    boolean isWatched(TensorId id) {
        return !viewers.isEmpty() && viewers.containsKey(id);
    }

    /** On the stream's thread: copies a bounded number of elements, since the record's bytes must not be kept. */
    void sample(TensorTrack track, FoldedTensor tensor, long nowMillis) {
        if (track.isSampleDue(nowMillis, EVERY_MILLIS)) {
            track.sampled(TensorSample.of(
                    tensor.update().step(),
                    ActivationCodec.decode(tensor.activation().duplicate()).tensor(),
                    tensor.output().tensor()));
        }
    }
}
