// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.avro.TensorState;
import io.quantflux.spec.TensorId;
import io.quantflux.streaming.view.FoldedTensor;
import java.util.Collection;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * All tensors of this instance. Their histories share {@value #BUDGET} bytes, each within {@value #FEWEST} and {@value #MOST}
 * points: up to 2,048 tensors have the most, 50,000 have 20 points each.
 */
final class TensorTracks {
    static final int BUDGET = 64 << 20;
    static final int FEWEST = 16;
    static final int MOST = 512;
    /** A broker's restart releases and restores everything; histories should outlive it. */
    private static final long KEEP_RELEASED_MILLIS = 60_000;

    private final Map<TensorId, TensorTrack> tracks = new ConcurrentHashMap<>();
    private final Queue<TensorTrack> waiting = new ConcurrentLinkedQueue<>();

    /** On the stream's thread. */
    TensorTrack fold(FoldedTensor tensor, long nowMillis) {
        TensorTrack track = tracks.get(tensor.id());
        if (track == null) {
            track = new TensorTrack(tensor.id(), tensor.update().source().partition(), tensor.state(), nowMillis);
            tracks.put(tensor.id(), track);
        }
        if (track.fold(tensor, nowMillis)) {
            waiting.add(track);
        }
        return track;
    }

    /** On the stream's thread. */
    void change(TensorId id, int partition, TensorState state, long nowMillis) {
        TensorTrack track = tracks.get(id);
        if (track == null) {
            tracks.put(id, new TensorTrack(id, partition, state, nowMillis));
        } else {
            track.change(partition, state);
        }
    }

    /** On the stream's thread. */
    void release(int partition, long nowMillis) {
        tracks.values().forEach(track -> track.release(partition, nowMillis));
    }

    /** Drops tensors that have been away for long. */
    void forgetReleased(long nowMillis) {
        tracks.values().removeIf(track -> {
            long released = track.releasedMillis();
            return released > 0 && nowMillis - released > KEEP_RELEASED_MILLIS;
        });
    }

    /** Adds a point to the history of each tensor that records have arrived for. */
    void remember() {
        int limit = pointsEach(tracks.size());
        for (TensorTrack track = waiting.poll(); track != null; track = waiting.poll()) {
            track.remember(limit);
        }
    }

    static int pointsEach(int tensors) {
        return Math.max(FEWEST, Math.min(MOST, BUDGET / TensorHistory.POINT_BYTES / Math.max(1, tensors)));
    }

    int size() {
        return tracks.size();
    }

    Collection<TensorTrack> all() {
        return tracks.values();
    }

    @Nullable
    TensorTrack get(TensorId id) {
        return tracks.get(id);
    }
}
