// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.shard.Emission;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Outputs, states, dead letters and consumed offsets of one interval: all of them become visible, or none.
 *
 * <p>Confined to the loop thread. Begins with the first result added to it; legal to commit after any result.
 */
final class Transaction {
    private static final Logger log = LoggerFactory.getLogger(Transaction.class);
    private static final int COMMIT_ATTEMPTS = 3;

    private final KafkaProducer<byte[], byte[]> producer;
    private final RecordEncoder encoder;
    private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    private final Map<TopicPartition, Map<String, Emission>> newest = new LinkedHashMap<>();
    private boolean open;
    private long openedNanos;
    private long bytes;
    private volatile @Nullable Exception sendFailure;

    Transaction(KafkaProducer<byte[], byte[]> producer, RecordEncoder encoder) {
        this.producer = producer;
        this.encoder = encoder;
    }

    /** Adds all that an input of {@code lane} led to. Sending does not wait; a failed send fails the commit. */
    void add(Lane lane, Lane.Result result) {
        if (!open) {
            producer.beginTransaction();
            open = true;
            openedNanos = System.nanoTime();
        }
        for (ProducerRecord<byte[], byte[]> record : result.records()) {
            send(record);
        }
        Map<String, Emission> latest = newest.computeIfAbsent(lane.partition(), partition -> new LinkedHashMap<>());
        for (Emission emission : result.newest()) {
            latest.put(slot(emission), emission);
        }
        // also for a command: the group then refuses a transaction of a member that has lost the partition
        offsets.put(lane.partition(), new OffsetAndMetadata(lane.nextOffset()));
        bytes += result.input().bytes();
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
        var unused = producer.send(record, (metadata, error) -> {
            if (error != null) {
                sendFailure = error;
            }
        });
    }

    private static String slot(Emission emission) {
        if (emission instanceof Emission.Qparams e) {
            return "qparams " + e.id();
        }
        return emission instanceof Emission.State e ? "state " + e.id() : "progress";
    }

    /** Whether it has been open for {@code interval}, or has taken {@code limit} bytes. */
    boolean isDue(Duration interval, long limit) {
        return open && (bytes >= limit || System.nanoTime() - openedNanos >= interval.toNanos());
    }

    boolean isOpen() {
        return open;
    }

    /** @throws KafkaException if it did not commit: everything in memory since the last commit is void then */
    void commit(ConsumerGroupMetadata member) {
        newest.forEach(
                (partition, emissions) -> emissions.values().forEach(emission -> send(record(partition, emission))));
        try {
            producer.sendOffsetsToTransaction(offsets, member);
            producer.flush();
        } catch (KafkaException e) {
            throw sendFailure == null ? e : notSent(sendFailure);
        }
        if (sendFailure != null) {
            throw notSent(sendFailure);
        }
        for (int attempt = 1; ; attempt++) {
            try {
                producer.commitTransaction();
                break;
            } catch (TimeoutException e) { // its outcome is open; asking again settles it
                if (attempt == COMMIT_ATTEMPTS) {
                    throw e;
                }
            }
        }
        clear();
    }

    /** What is at the root: the producer itself only says that it is in an error state. */
    private static KafkaException notSent(Exception cause) {
        return new KafkaException("a record was not sent: " + cause.getMessage(), cause);
    }

    private ProducerRecord<byte[], byte[]> record(TopicPartition partition, Emission emission) {
        if (emission instanceof Emission.State state) {
            return encoder.encode(state, partition.partition());
        }
        if (emission instanceof Emission.Progress progress) {
            return encoder.encode(progress, partition.partition());
        }
        return encoder.encode((Emission.Qparams) emission);
    }

    /** Gives up what is open. A producer that cannot even abort is left to its successor, whose start does it. */
    void abort() {
        if (!open) {
            return;
        }
        try {
            producer.abortTransaction();
        } catch (KafkaException | IllegalStateException e) { // the latter after a commit whose outcome is unknown
            log.debug("not aborted, left to the next start: {}", e.getMessage());
        } finally {
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
