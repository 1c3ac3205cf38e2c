// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** How what was sent, the newest states and qparams, and the consumed offsets become durable: the processing guarantee. */
sealed interface Delivery permits ExactlyOnce, AtLeastOnce {
    /** Once, before anything is sent. */
    void start();

    /** Before the first record of each interval. */
    void begin();

    /**
     * Makes an interval durable.
     *
     * @param sends the interval's records: those sent already, and the newest states and qparams to send
     * @param offsets consumed with them
     * @throws KafkaException if it is not, or not surely, durable
     */
    void commit(Sends sends, Map<TopicPartition, OffsetAndMetadata> offsets, Consumer<?, ?> member);

    /** Gives up what was sent since {@link #begin()}, as far as that can be. */
    void abort();

    /** The records of one interval. */
    interface Sends {
        /** Sends the newest states and qparams. */
        void newest();

        /** Waits until all that was sent has arrived; throws what kept a record from it. */
        void arrived();
    }
}
