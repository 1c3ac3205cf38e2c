// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/** How what was sent, the newest states and qparams, and the consumed offsets become durable: the processing guarantee. */
sealed interface Delivery permits ExactlyOnce, AtLeastOnce {
    /** Once, before anything is sent. */
    void start();

    /** Before the first record of each interval. */
    void begin();

    /** Takes the records of an interval. */
    Producer<byte[], byte[]> producer();

    /**
     * Makes an interval durable, or has that begun when it returns. The next one begins only when this one is durable.
     *
     * @param sends the interval's records: those sent already, and the newest states and qparams to send
     * @param offsets consumed with them
     * @param waiting where it waits for the brokers, after it has asked the member
     * @return when it was durable, in {@link System#nanoTime()}; fails if it is not, or not surely, durable
     * @throws org.apache.kafka.common.KafkaException likewise
     */
    CompletableFuture<Long> commit(
            Sends sends, Map<TopicPartition, OffsetAndMetadata> offsets, Consumer<?, ?> member, Executor waiting);

    /** Gives up what was sent since {@link #begin()}, as far as that can be. */
    void abort();

    /** Closes the producer, within {@code patience}. */
    void close(Duration patience);

    /** The records of one interval. */
    interface Sends {
        /** Sends the newest states and qparams. */
        void newest();

        /** Waits until all that was sent has arrived; throws what kept a record from it. */
        void arrived();
    }
}
