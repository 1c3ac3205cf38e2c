// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.config.ProcessorConfig;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Goes through the dead-letter topic as far as it is written now, a batch at a time. */
public final class DeadLetterReader {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private DeadLetterReader() {}

    /**
     * Hands on each dead letter from the beginning, partition by partition in order, until {@code each} has had enough.
     *
     * @param each returns whether to go on
     * @throws TimeoutException if the topic stays out of reach
     */
    public static void readAll(ProcessorConfig config, Predicate<DeadLetter> each) {
        KafkaConsumer<ByteBuffer, ByteBuffer> reader = new Clients(config).reader();
        try {
            List<TopicPartition> partitions = partitions(reader, config.topics().deadLetters());
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                var records = reader.poll(Duration.ofMillis(100));
                for (var record : records) {
                    if (!each.test(DeadLetter.of(record))) {
                        return;
                    }
                }
                if (!records.isEmpty()) {
                    deadline = System.nanoTime() + PATIENCE.toNanos();
                } else if (System.nanoTime() > deadline) {
                    throw new TimeoutException(config.topics().deadLetters() + " cannot be read to its end");
                }
            }
        } finally {
            reader.close(Clients.AT_ONCE);
        }
    }

    static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }
}
