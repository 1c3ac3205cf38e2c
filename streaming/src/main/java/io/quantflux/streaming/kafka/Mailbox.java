// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What other threads have to say to the loop thread, which alone touches the clients. */
final class Mailbox {
    private final Queue<Letter> letters = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Thread waiting;

    /** A message to the loop. */
    sealed interface Letter {}

    /** A lane has folded an input. */
    record Folded(Lane lane, Lane.Result result) implements Letter {}

    /** A lane has stopped on an error that no dead letter answers. */
    record LaneStopped(Lane lane, Throwable cause) implements Letter {}

    /** A lane wants a message read again. */
    record TurnWanted(LargeTurns.Turn turn) implements Letter {}

    /** A transaction's records have arrived, or it has been decided. */
    record TransactionAdvanced(Transaction transaction) implements Letter {}

    /** A message could not be read again. */
    record ReadFailed(Throwable cause) implements Letter {}

    /** Shards of newly assigned partitions have been read back; {@code begun} is from {@link Restores#begin}. */
    record ShardsRestored(Map<TopicPartition, Long> begun, Map<Integer, Changelog.Restored> shards) implements Letter {}

    /** Shards could not be read back. */
    record RestoreFailed(Throwable cause) implements Letter {}

    void post(Letter letter) {
        letters.add(letter);
        Thread loop = waiting;
        if (loop != null) {
            LockSupport.unpark(loop);
        }
    }

    /** Returns when there is a letter, or after {@code longest}; earlier at times, for no reason. */
    void await(Duration longest) {
        waiting = Thread.currentThread();
        if (letters.isEmpty()) {
            LockSupport.parkNanos(this, longest.toNanos());
        }
        waiting = null;
    }

    @Nullable
    Letter take() {
        return letters.poll();
    }

    boolean isEmpty() {
        return letters.isEmpty();
    }
}
