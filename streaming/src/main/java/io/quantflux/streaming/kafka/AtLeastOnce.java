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

/**
 * Outputs, then states and qparams, then offsets, each durable before the next.
 *
 * <p>A crash in between leaves outputs that are made again, with the same bits, from states that have not counted them; a
 * record whose tensor's state has counted it is passed over.
 */
final class AtLeastOnce implements Delivery {
    private final Producer<byte[], byte[]> producer;

    AtLeastOnce(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    @Override
    public void start() {}

    @Override
    public void begin() {}

    @Override
    public Producer<byte[], byte[]> producer() {
        return producer;
    }

    @Override
    public CompletableFuture<Long> commit(
            Sends sends, Map<TopicPartition, OffsetAndMetadata> offsets, Consumer<?, ?> member, Executor waiting) {
        sends.arrived();
        sends.newest();
        sends.arrived();
        member.commitSync(offsets);
        return CompletableFuture.completedFuture(System.nanoTime());
    }

    @Override
    public void abort() {}

    @Override
    public void close(Duration patience) {
        producer.close(patience);
    }
}
