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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One Kafka transaction an interval: all of it shows to committed readers, or none. */
final class ExactlyOnce implements Delivery {
    private static final Logger log = LoggerFactory.getLogger(ExactlyOnce.class);
    private static final int COMMIT_ATTEMPTS = 3;

    private final Producer<byte[], byte[]> producer;

    ExactlyOnce(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /** Fences and aborts the previous incarnation of this slot. */
    @Override
    public void start() {
        producer.initTransactions();
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
            Sends sends, Map<TopicPartition, OffsetAndMetadata> offsets, Consumer<?, ?> member, Executor waiting) {
        sends.newest();
        Failpoint.AFTER_PRODUCE.pass();
        try {
            producer.sendOffsetsToTransaction(offsets, member.groupMetadata());
        } catch (KafkaException e) {
            sends.arrived(); // rather throws what is at the root: this one only says that the producer is in an
            // error state
            throw e;
        }
        return CompletableFuture.supplyAsync(() -> decide(sends), waiting);
    }

    private long decide(Sends sends) {
        sends.arrived();
        Failpoint.AFTER_OFFSETS.pass();
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
        producer.close(patience);
    }
}
