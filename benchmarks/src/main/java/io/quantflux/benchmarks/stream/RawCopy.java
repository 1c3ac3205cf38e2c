// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.stream;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What Kafka itself costs: one thread that polls, sends each value on unchanged, and commits at the interval or when idle.
 * Client settings are the processor's.
 */
final class RawCopy implements Pipeline {
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration POLL_BUSY = Duration.ofMillis(1);
    private static final long COMMIT_BYTES = 32L << 20;

    private final Lane lane;
    private final boolean transactional;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    private final Thread thread;
    private volatile boolean stopping;
    private boolean open;
    private long openedNanos;
    private long bytes;

    RawCopy(Lane lane) {
        this.lane = lane;
        transactional = lane.guarantee() == Guarantee.EXACTLY_ONCE;
        consumer = new KafkaConsumer<>(consumerSettings(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        producer = new KafkaProducer<>(producerSettings(), new ByteArraySerializer(), new ByteArraySerializer());
        if (transactional) {
            producer.initTransactions();
        }
        consumer.subscribe(List.of(lane.topics().activations()));
        thread = new Thread(this::run, "raw-copy");
        thread.start();
    }

    private Map<String, Object> consumerSettings() {
        Map<String, Object> settings = new HashMap<>(lane.readSettings());
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, lane.bootstrapServers());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, lane.group());
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return settings;
    }

    private Map<String, Object> producerSettings() {
        Map<String, Object> settings = new HashMap<>(lane.writeSettings());
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, lane.bootstrapServers());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        if (transactional) {
            settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, lane.group() + "-0");
        }
        return settings;
    }

    private void run() {
        try (producer;
                consumer) {
            while (!stopping) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(open ? POLL_BUSY : POLL);
                records.forEach(this::copy);
                if (open && (records.isEmpty() || isDue())) {
                    commit();
                }
            }
            if (open) {
                commit();
            }
        }
    }

    private void copy(ConsumerRecord<byte[], byte[]> record) {
        if (!open) {
            if (transactional) {
                producer.beginTransaction();
            }
            open = true;
            openedNanos = System.nanoTime();
            bytes = 0;
        }
        var unused = producer.send(new ProducerRecord<>(lane.topics().fakeQuantized(), record.key(), record.value()));
        offsets.put(new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
        bytes += record.value().length;
    }

    private boolean isDue() {
        return bytes >= COMMIT_BYTES || System.nanoTime() - openedNanos >= Lane.COMMIT_INTERVAL_MS * 1_000_000L;
    }

    private void commit() {
        if (transactional) {
            producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
            producer.commitTransaction();
        } else {
            producer.flush();
            consumer.commitSync(offsets);
        }
        offsets.clear();
        open = false;
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
