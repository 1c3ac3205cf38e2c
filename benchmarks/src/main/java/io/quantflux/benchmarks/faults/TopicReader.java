// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/** Reads whole topics as any consumer under {@code read_committed} sees them. */
final class TopicReader {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String bootstrapServers;

    TopicReader(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Hands over every committed record up to the topic's present end, partition by partition in order.
     *
     * @throws TimeoutException if a transaction stays undecided, or the brokers away, for 60 s
     */
    void read(String topic, Consumer<ConsumerRecord<ByteBuffer, ByteBuffer>> taker) {
        KafkaConsumer<ByteBuffer, ByteBuffer> consumer = consumer();
        try {
            List<TopicPartition> partitions = assignAll(consumer, topic);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = endsUncommitted(partitions);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                var batch = consumer.poll(Duration.ofMillis(100));
                batch.forEach(taker);
                if (!batch.isEmpty()) {
                    deadline = System.nanoTime() + PATIENCE.toNanos();
                } else if (System.nanoTime() > deadline) {
                    throw new TimeoutException(topic + " cannot be read to its end, " + ends);
                }
            }
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    /** Takes no part in a group; has to be closed. */
    KafkaConsumer<ByteBuffer, ByteBuffer> consumer() {
        return consumer("read_committed");
    }

    private KafkaConsumer<ByteBuffer, ByteBuffer> consumer(String isolation) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                isolation,
                "auto.offset.reset",
                "earliest",
                "client.id",
                "verifier");
        return new KafkaConsumer<>(settings, new ByteBufferDeserializer(), new ByteBufferDeserializer());
    }

    static List<TopicPartition> assignAll(KafkaConsumer<?, ?> consumer, String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic, PATIENCE).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        return partitions;
    }

    /** Ends that include undecided transactions: to read up to them is to wait until they are decided. */
    private Map<TopicPartition, Long> endsUncommitted(List<TopicPartition> partitions) {
        KafkaConsumer<ByteBuffer, ByteBuffer> consumer = consumer("read_uncommitted");
        try {
            return new HashMap<>(consumer.endOffsets(partitions, PATIENCE));
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }
}
