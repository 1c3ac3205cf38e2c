// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.avro.ActivationCodec;
import io.quantflux.spec.TensorId;
import io.quantflux.streaming.view.FoldedTensor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tensors someone looks at closely: of these samples are taken, one a second. Where there are only {@value #FEW} tensors or
 * fewer, one of each every five seconds too, so that who comes later has something to see.
 */
final class Watches {
    static final int FEW = 64;
    private static final long EVERY_MILLIS = 1000;
    private static final long UNWATCHED_MILLIS = 5000;

    private final Map<TensorId, Integer> viewers = new ConcurrentHashMap<>();

    void begin(TensorId id) {
        viewers.merge(id, 1, Integer::sum);
    }

    void end(TensorId id) {
        viewers.computeIfPresent(id, (same, count) -> count == 1 ? null : count - 1);
    }

    private boolean isWatched(TensorId id) {
        return !viewers.isEmpty() && viewers.containsKey(id);
    }

    /**
     * On the stream's thread: copies a bounded number of elements if a sample is due, since the record's bytes must not be kept.
     *
     * @param tensors there are in all
     */
    void fold(TensorTrack track, FoldedTensor tensor, int tensors, long nowMillis) {
        boolean watched = isWatched(tensor.id());
        if ((watched || tensors <= FEW) && track.isSampleDue(nowMillis, watched ? EVERY_MILLIS : UNWATCHED_MILLIS)) {
            track.sampled(TensorSample.of(
                    tensor.update().step(),
                    ActivationCodec.decode(tensor.activation().duplicate()).tensor(),
                    tensor.output().tensor()));
        }
    }
}
