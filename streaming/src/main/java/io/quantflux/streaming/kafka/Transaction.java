// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import static java.util.Objects.requireNonNull;

import io.quantflux.streaming.shard.Emission;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Outputs, states, dead letters and consumed offsets of one interval, made durable together as the {@link Delivery} has it.
 *
 * <p>Confined to the loop thread. An interval begins with the first result added; it is legal to {@link #commit} after any,
 * and to {@link #flush()} before that for those who have something else to do while records are on their way. From then on,
 * until {@link #settle()}, it takes nothing: letters that would add to it are deferred.
 */
final class Transaction {
    private final Delivery delivery;
    private final RecordEncoder encoder;
    private final CommitPace pace;
    private final Executor aside;
    private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    private final Map<TopicPartition, Map<String, Newest>> newest = new LinkedHashMap<>();
    private @Nullable CompletableFuture<Void> flushing;
    private @Nullable CompletableFuture<Long> committing;
    private final Queue<Mailbox.Letter> deferred = new ArrayDeque<>();
    private long startedNanos;
    private boolean open;
    private long openedNanos;
    private long bytes;
    private volatile @Nullable Exception sendFailure;

    /** @param aside where it waits for records to arrive; may be blocked */
    Transaction(Delivery delivery, RecordEncoder encoder, CommitPace pace, Executor aside) {
        this.delivery = delivery;
        this.encoder = encoder;
        this.pace = pace;
        this.aside = aside;
    }

    /** An emission that only the last of a transaction is written of, and the trace of the input it came from. */
    private record Newest(Emission emission, List<Header> trace) {}

    /** Adds all that an input of {@code lane} led to. Sending does not wait; a failed send fails the commit. */
    void add(Lane lane, Lane.Result result) {
        if (!open) {
            delivery.begin();
            open = true;
            openedNanos = System.nanoTime();
        }
        for (ProducerRecord<byte[], byte[]> record : result.records()) {
            send(record);
        }
        for (Supplier<ProducerRecord<byte[], byte[]>> large : result.large()) {
            ProducerRecord<byte[], byte[]> record = large.get();
            bytes += record.value() == null ? 0 : record.value().length;
            send(record);
        }
        Map<String, Newest> latest = newest.computeIfAbsent(lane.partition(), partition -> new LinkedHashMap<>());
        List<Header> trace = TraceContext.of(result.input().source().headers());
        for (Emission emission : result.newest()) {
            latest.put(slot(emission), new Newest(emission, trace));
        }
        // also for a command: the group then refuses a transaction of a member that has lost the partition
        offsets.put(lane.partition(), new OffsetAndMetadata(lane.nextOffset()));
        bytes += result.input().bytes();
        Failpoint.MID_TRANSACTION.pass();
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        try {
            var unused = delivery.producer().send(record, (metadata, error) -> {
                if (error != null) {
                    sendFailure = error;
                }
            });
        } catch (KafkaException e) { // after a failed send the next one says only that there was one
            throw sendFailure == null ? e : notSent(sendFailure);
        }
    }

    private static String slot(Emission emission) {
        if (emission instanceof Emission.Qparams e) {
            return "qparams " + e.id();
        }
        if (emission instanceof Emission.Chunks e) {
            return "chunks " + e.id();
        }
        return emission instanceof Emission.State e ? "state " + e.id() : "progress";
    }

    /** Whether it has been open for {@code interval}, or is full, and is neither flushed nor committed yet. */
    boolean isDue(Duration interval) {
        return open
                && flushing == null
                && committing == null
                && (isFull() || System.nanoTime() - openedNanos >= interval.toNanos());
    }

    /** Whether it has taken as many bytes as it may. */
    private boolean isFull() {
        return bytes >= pace.limit();
    }

    boolean isOpen() {
        return open;
    }

    /**
     * Sees to it that what it has taken arrives, without waiting.
     *
     * @return completes when it {@link #isFlushed()}
     */
    CompletableFuture<?> flush() {
        flushing = CompletableFuture.runAsync(delivery.producer()::flush, aside);
        return flushing;
    }

    /** Whether it is time to {@link #commit}: what was on its way has arrived, or will not. */
    boolean isFlushed() {
        return flushing != null && flushing.isDone() && committing == null;
    }

    /** Commits at once, for those who have nothing else to do; {@link #settle()} says how it went. */
    void commitNow(Consumer<?, ?> member) {
        var unused = commit(member, Runnable::run);
    }

    /**
     * Begins to commit. {@link #settle()} waits for it.
     *
     * @return completes when it {@link #isDecided()}
     * @throws KafkaException if it does not commit: everything in memory since the last commit is void then
     */
    CompletableFuture<?> commit(Consumer<?, ?> member) {
        return commit(member, aside);
    }

    private CompletableFuture<?> commit(Consumer<?, ?> member, Executor waiting) {
        startedNanos = System.nanoTime();
        committing = delivery.commit(new Gathered(), offsets, member, waiting);
        return committing;
    }

    /** Whether a commit is under way, or has ended and nobody has waited for it. */
    boolean isCommitting() {
        return committing != null;
    }

    /** Whether there is a commit that {@link #settle()} need not wait for. */
    boolean isDecided() {
        return committing != null && committing.isDone();
    }

    /**
     * Waits for the commit that is under way.
     *
     * @return how long it took, in nanoseconds
     * @throws KafkaException if it failed, or its outcome is unknown: everything in memory since the last one is void then
     */
    long settle() {
        long durable = Futures.await(requireNonNull(committing));
        pace.committed(bytes, durable - openedNanos);
        clear();
        return durable - startedNanos;
    }

    /** Whether it takes nothing now; {@code letter} is then kept for {@link #deferred()}. */
    boolean defers(Mailbox.Letter letter) {
        boolean closed = flushing != null || committing != null;
        if (closed) {
            deferred.add(letter);
        }
        return closed;
    }

    /** What was deferred, in order; no longer kept here. */
    List<Mailbox.Letter> deferred() {
        List<Mailbox.Letter> letters = List.copyOf(deferred);
        deferred.clear();
        return letters;
    }

    private final class Gathered implements Delivery.Sends {
        @Override
        public void newest() {
            newest.forEach((partition, all) -> all.values().forEach(each -> send(record(partition, each))));
        }

        @Override
        public void arrived() {
            try {
                delivery.producer().flush();
            } catch (KafkaException e) {
                throw sendFailure == null ? e : notSent(sendFailure);
            }
            if (sendFailure != null) {
                throw notSent(sendFailure);
            }
        }
    }

    /** What is at the root: the producer itself only says that it is in an error state. */
    private static KafkaException notSent(Exception cause) {
        return new KafkaException("a record was not sent: " + cause.getMessage(), cause);
    }

    private ProducerRecord<byte[], byte[]> record(TopicPartition partition, Newest each) {
        Emission emission = each.emission();
        if (emission instanceof Emission.State state) {
            return encoder.encode(state, partition.partition());
        }
        if (emission instanceof Emission.Chunks chunks) {
            return encoder.encode(chunks, partition.partition());
        }
        if (emission instanceof Emission.Progress progress) {
            return encoder.encode(progress, partition.partition());
        }
        return encoder.encode((Emission.Qparams) emission, each.trace());
    }

    /** Gives up what is open, unless its commit, which it waits for, ends well. */
    void abort() {
        if (committing != null) {
            var unused = committing.handle((durable, failure) -> durable).join();
        }
        if (open) {
            delivery.abort();
            clear();
        }
    }

    private void clear() {
        open = false;
        flushing = null;
        committing = null;
        bytes = 0;
        sendFailure = null;
        offsets.clear();
        newest.clear();
    }
}
