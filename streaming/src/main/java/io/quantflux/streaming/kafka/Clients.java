// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.config.ProcessorConfig;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/** The Kafka clients of a processor, with the settings that its promises rest on; {@code kafka.*} may tune the others. */
final class Clients {
    /** For readers without a group: nothing to leave, and half a second saved that a fetch would wait for data. */
    static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ZERO);

    private static final int REQUEST_OVERHEAD = 2 << 20;
    private static final int DEFAULT_RECORD_BYTES = 16 << 20;
    private static final int MAX_FETCH_BYTES = 32 << 20;
    private static final int MAX_PARTITION_FETCH_BYTES = 8 << 20;

    private final ProcessorConfig config;

    /** @throws ConfigException if {@code kafka.*} has a value that a client refuses: later would be in the loop, again and again */
    Clients(ProcessorConfig config) {
        this.config = config;
        new AdminClientConfig(adminSettings());
        new ConsumerConfig(withDeserializers(memberSettings()));
        new ConsumerConfig(withDeserializers(readerSettings()));
        new ProducerConfig(withSerializers(producerSettings()));
    }

    /** @throws ConfigException if the brokers are no addresses */
    Admin admin() {
        try {
            return Admin.create(adminSettings());
        } catch (KafkaException e) {
            if (e.getCause() instanceof ConfigException wrong) {
                throw wrong;
            }
            throw e;
        }
    }

    /** The largest record that is written: also one that is refused for its size is to fit as a dead letter. */
    static int maxRequestBytes(ProcessorConfig config) {
        return Math.max(config.maxRecordBytes(), DEFAULT_RECORD_BYTES) + REQUEST_OVERHEAD;
    }

    private Map<String, Object> adminSettings() {
        Map<String, Object> settings = config.kafka("admin");
        settings.putIfAbsent("default.api.timeout.ms", 8_000);
        settings.putIfAbsent("request.timeout.ms", 5_000);
        return settings;
    }

    /** A member of the group: takes part in the assignment of the activations topic. */
    KafkaConsumer<ByteBuffer, ByteBuffer> member() {
        return consumer(memberSettings());
    }

    private Map<String, Object> memberSettings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        int fetch = (int) Math.min(MAX_FETCH_BYTES, Math.max(1, config.maxInflightBytes() / 2));
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Math.min(fetch, MAX_PARTITION_FETCH_BYTES));
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, fetch);
        settings.putAll(config.kafka("consumer"));
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, config.groupId());
        return committedOnly(settings);
    }

    /** Reads assigned partitions without a group: the changelog, the control topic. */
    KafkaConsumer<ByteBuffer, ByteBuffer> reader() {
        return consumer(readerSettings());
    }

    private Map<String, Object> readerSettings() {
        Map<String, Object> settings = new HashMap<>(config.kafka("consumer"));
        settings.keySet().removeIf(key -> key.startsWith("group."));
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return committedOnly(settings);
    }

    private static Map<String, Object> committedOnly(Map<String, Object> settings) {
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return settings;
    }

    private static KafkaConsumer<ByteBuffer, ByteBuffer> consumer(Map<String, Object> settings) {
        return new KafkaConsumer<>(settings, new ByteBufferDeserializer(), new ByteBufferDeserializer());
    }

    /** The transactional producer of this instance's slot. */
    KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(producerSettings(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> producerSettings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 1 << 20); // the buffer pool recycles only this size
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(32L << 20, 2L * maxRequestBytes(config)));
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 15_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        settings.putAll(config.kafka("producer"));
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxRequestBytes(config));
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, config.transactionalId());
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, config.transactionTimeoutMs());
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        return settings;
    }

    private static Map<String, Object> withDeserializers(Map<String, Object> settings) {
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteBufferDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteBufferDeserializer.class);
        return settings;
    }

    private static Map<String, Object> withSerializers(Map<String, Object> settings) {
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return settings;
    }
}
