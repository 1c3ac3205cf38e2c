// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka transaction an interval: all of it shows to committed readers, or none.
 *
 * <p>Two producers take turns: while one's transaction is decided, which the loop does not wait for, the other takes the
 * next records. By its next turn the markers of its last transaction are written; a producer that went on at once would
 * have its first batches refused until then, and send them and all behind them again. The order of records within a
 * partition stays, as one producer begins when all records of the other have arrived.
 */
final class ExactlyOnce implements Delivery {
    private static final Logger log = LoggerFactory.getLogger(ExactlyOnce.class);
    private static final int COMMIT_ATTEMPTS = 3;

    private final Executor aside;
    private Producer<byte[], byte[]> producer;
    private Producer<byte[], byte[]> next;

    /** @param aside where transactions are decided; may be blocked */
    ExactlyOnce(Producer<byte[], byte[]> first, Producer<byte[], byte[]> second, Executor aside) {
        this.producer = first;
        this.next = second;
        this.aside = aside;
    }

    /** Fences and aborts the previous incarnation of this slot. */
    @Override
    public void start() {
        CompletableFuture<Void> second = CompletableFuture.runAsync(next::initTransactions, aside);
        producer.initTransactions();
        Futures.await(second);
    }

    @Override
    public void begin() {
        producer.beginTransaction();
    }

    @Override
    public Producer<byte[], byte[]> producer() {
        return producer;
    }

    @Override
    public CompletableFuture<Long> commit(
            Sends sends, Map<TopicPartition, OffsetAndMetadata> offsets, Consumer<?, ?> member) {
        sends.newest();
        Failpoint.AFTER_PRODUCE.pass();
        try {
            producer.sendOffsetsToTransaction(offsets, member.groupMetadata());
        } catch (KafkaException e) {
            sends.arrived(); // rather throws what is at the root: this one only says that the producer is in an
            // error state
            throw e;
        }
        sends.arrived();
        Failpoint.AFTER_OFFSETS.pass();
        Producer<byte[], byte[]> complete = producer;
        producer = next;
        next = complete;
        return CompletableFuture.supplyAsync(() -> decide(complete), aside);
    }

    private static long decide(Producer<?, ?> producer) {
        for (int attempt = 1; ; attempt++) {
            try {
                producer.commitTransaction();
                Failpoint.AFTER_COMMIT.pass();
                return System.nanoTime();
            } catch (TimeoutException e) { // its outcome is open; asking again settles it
                if (attempt == COMMIT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** A producer that cannot even abort is left to its successor, whose start does it. */
    @Override
    public void abort() {
        try {
            producer.abortTransaction();
        } catch (KafkaException | IllegalStateException e) { // the latter after a commit whose outcome is unknown
            log.debug("not aborted, left to the next start: {}", e.getMessage());
        }
    }

    @Override
    public void close(Duration patience) {
        Utils.closeQuietly(() -> producer.close(patience), "producer");
        Utils.closeQuietly(() -> next.close(patience), "producer");
    }
}
