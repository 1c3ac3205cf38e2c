// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.chunk.Reading;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * Large tensors are read again and processed one at a time, whatever the partition: so the room they take is that of one.
 *
 * <p>Confined to the loop thread. A turn lasts until the lane's result has been handed to the producer.
 */
final class LargeTurns {
    private final ChunkReader reader;
    private final Scheduler blocking;
    private final Mailbox mailbox;
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private @Nullable Workspace workspace;
    private @Nullable Turn current;
    private @Nullable Disposable reading;

    /**
     * @param blocking where messages are read
     * @param mailbox told if that fails
     */
    LargeTurns(ChunkReader reader, Scheduler blocking, Mailbox mailbox) {
        this.reader = reader;
        this.mailbox = mailbox;
        this.blocking = blocking;
    }

    /** A lane that waits for a message. */
    record Turn(Lane lane, Reading reading, MonoSink<ChunkReader.Read> sink) {}

    /** Queues up; what the turn is for is read when all before it are done. */
    void add(Turn turn) {
        waiting.add(turn);
        begin();
    }

    private void begin() {
        Turn next = current == null ? waiting.poll() : null;
        if (next == null) {
            return;
        }
        current = next;
        Workspace room = workspace == null ? new Workspace() : workspace;
        workspace = room;
        reading = Mono.fromCallable(() -> read(next, room))
                .subscribeOn(blocking)
                .subscribe(next.sink()::success, error -> mailbox.post(new Mailbox.ReadFailed(error)));
    }

    private ChunkReader.@Nullable Read read(Turn turn, Workspace room) {
        try {
            return reader.read(turn.lane().partition(), turn.reading(), room);
        } catch (InterruptException e) {
            return null; // the lane is gone
        }
    }

    /** Ends the turn of a lane whose result needs the room no longer. */
    void done(Lane lane) {
        if (current != null && current.lane() == lane) {
            current = null;
            reading = null;
            begin();
        }
    }

    /** Ends the turn of a lane that is gone. Somebody may still be at work in its room: the next one gets another. */
    void forget(Lane lane) {
        waiting.removeIf(turn -> turn.lane() == lane);
        if (current != null && current.lane() == lane) {
            if (reading != null) {
                reading.dispose();
            }
            workspace = null;
            done(lane);
        }
    }
}
