// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.shard.Emission;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Outputs, states, dead letters and consumed offsets of one interval, made durable together as the {@link Delivery} has it.
 *
 * <p>Confined to the loop thread. Begins with the first result added to it; legal to commit after any result.
 */
final class Transaction {
    private final KafkaProducer<byte[], byte[]> producer;
    private final Delivery delivery;
    private final RecordEncoder encoder;
    private final CommitPace pace;
    private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    private final Map<TopicPartition, Map<String, Newest>> newest = new LinkedHashMap<>();
    private boolean open;
    private long openedNanos;
    private long bytes;
    private volatile @Nullable Exception sendFailure;

    Transaction(KafkaProducer<byte[], byte[]> producer, Delivery delivery, RecordEncoder encoder, CommitPace pace) {
        this.producer = producer;
        this.delivery = delivery;
        this.encoder = encoder;
        this.pace = pace;
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
            var unused = producer.send(record, (metadata, error) -> {
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

    /** Whether it has been open for {@code interval}, or is full. */
    boolean isDue(Duration interval) {
        return open && (isFull() || System.nanoTime() - openedNanos >= interval.toNanos());
    }

    /** Whether it has taken as many bytes as it may. */
    boolean isFull() {
        return open && bytes >= pace.limit();
    }

    boolean isOpen() {
        return open;
    }

    /** @throws KafkaException if it did not commit: everything in memory since the last commit is void then */
    void commit(Consumer<?, ?> member) {
        delivery.commit(new Gathered(), offsets, member);
        pace.committed(bytes, System.nanoTime() - openedNanos);
        clear();
    }

    private final class Gathered implements Delivery.Sends {
        @Override
        public void newest() {
            newest.forEach((partition, all) -> all.values().forEach(each -> send(record(partition, each))));
        }

        @Override
        public void arrived() {
            try {
                producer.flush();
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

    /** Gives up what is open. */
    void abort() {
        if (open) {
            delivery.abort();
            clear();
        }
    }

    private void clear() {
        open = false;
        bytes = 0;
        sendFailure = null;
        offsets.clear();
        newest.clear();
    }
}
