// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.config.ProcessorConfig;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.jspecify.annotations.Nullable;

/** The Kafka clients of a processor, with the settings that its promises rest on; {@code kafka.*} may tune the others. */
final class Clients implements AutoCloseable {
    /** For readers without a group: nothing to leave, and half a second saved that a fetch would wait for data. */
    static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ZERO);

    private static final int REQUEST_OVERHEAD = 2 << 20;
    /**
     * As large as the system finds right. Kafka's own 128 KiB take a large batch in many pieces, and Java copies all that is
     * left of it for each.
     */
    private static final int SYSTEM_BUFFER = -1;

    /** A tensor of 1 MiB and what is around it. */
    private static final int BATCH_BYTES = (1 << 20) + (16 << 10);

    private static final int DEFAULT_RECORD_BYTES = 16 << 20;

    private final ProcessorConfig config;
    private @Nullable Admin admin;

    /** @throws ConfigException if {@code kafka.*} has a value that a client refuses: later would be in the loop, again and again */
    Clients(ProcessorConfig config) {
        this.config = config;
        new AdminClientConfig(adminSettings());
        GroupProtocol protocol = configured().orElse(GroupProtocol.CONSUMER);
        new ConsumerConfig(
                withDeserializers(memberSettings(protocol, new InflightBudget(config.maxInflightBytes(), 1))));
        new ConsumerConfig(withDeserializers(readerSettings()));
        new ProducerConfig(withSerializers(
                config.isExactlyOnce() ? transactionalSettings(config.transactionalId()) : producerSettings()));
    }

    /**
     * Asks the brokers; the same for everybody until {@link #close()}, so that they need not connect anew.
     *
     * @throws ConfigException if the brokers are no addresses
     */
    synchronized Admin admin() {
        try {
            if (admin == null) {
                admin = Admin.create(adminSettings());
            }
            return admin;
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
        Map<String, Object> settings = withoutReports();
        settings.putAll(config.kafka("admin"));
        settings.putIfAbsent("default.api.timeout.ms", 8_000);
        settings.putIfAbsent("request.timeout.ms", 5_000);
        return settings;
    }

    /** A member of the group: takes part in the assignment of the activations topic. */
    KafkaConsumer<ByteBuffer, ByteBuffer> member(GroupProtocol protocol, InflightBudget budget) {
        return consumer(memberSettings(protocol, budget));
    }

    /** As configured; else asked of the brokers, anew for each member, since they may have been upgraded. */
    GroupProtocol protocol() {
        return configured().orElseGet(() -> GroupProtocol.offeredBy(admin()));
    }

    private Optional<GroupProtocol> configured() {
        Object own = config.kafka("consumer").get(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
        String wanted = own == null ? config.groupProtocol() : own.toString();
        return wanted.equals(GroupProtocol.AUTO) ? Optional.empty() : Optional.of(GroupProtocol.of(wanted));
    }

    private Map<String, Object> memberSettings(GroupProtocol protocol, InflightBudget budget) {
        Map<String, Object> settings = withoutReports();
        settings.putAll(protocol.settings());
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, protocol.key());
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500);
        settings.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, SYSTEM_BUFFER);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, budget.partitionFetchBytes());
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, budget.fetchBytes());
        settings.putAll(config.kafka("consumer"));
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, config.groupId());
        return committedOnly(settings);
    }

    /** Reads assigned partitions without a group: the changelog, the control topic. */
    KafkaConsumer<ByteBuffer, ByteBuffer> reader() {
        return consumer(readerSettings());
    }

    /** As {@link #reader()}, beginning where {@code group} stands; it does not join it. */
    KafkaConsumer<ByteBuffer, ByteBuffer> reader(String group, int maxFetchBytes) {
        Map<String, Object> settings = readerSettings();
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, maxFetchBytes);
        return consumer(settings);
    }

    private Map<String, Object> readerSettings() {
        Map<String, Object> settings = withoutReports();
        settings.putAll(config.kafka("consumer"));
        settings.keySet().removeIf(key -> key.startsWith("group."));
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return committedOnly(settings);
    }

    /**
     * No MBeans, whose making takes each client a tenth of a second, and no metrics pushed to the brokers, which takes a request
     * each, unless {@code kafka.*} asks for them.
     */
    private static Map<String, Object> withoutReports() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, List.of());
        settings.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        return settings;
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

    /** The two producers of this instance's slot, transactional where records are to count exactly once. */
    List<KafkaProducer<byte[], byte[]>> producers() {
        return config.isExactlyOnce()
                ? List.of(producer(config.transactionalId()), producer(config.secondTransactionalId()))
                : List.of(producer(producerSettings()), producer(producerSettings()));
    }

    /** A transactional producer. */
    KafkaProducer<byte[], byte[]> producer(String transactionalId) {
        return producer(transactionalSettings(transactionalId));
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> transactionalSettings(String transactionalId) {
        Map<String, Object> settings = producerSettings();
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, config.transactionTimeoutMs());
        return settings;
    }

    private Map<String, Object> producerSettings() {
        Map<String, Object> settings = withoutReports();
        // first records of a transaction to several partitions: one request then adds all of these to it
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        settings.put(ProducerConfig.SEND_BUFFER_CONFIG, SYSTEM_BUFFER);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES); // the buffer pool recycles only this size
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(32L << 20, 2L * maxRequestBytes(config)));
        // the first batch a transaction sends to a partition is often asked to come again: a commit would wait for it
        settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 5L);
        settings.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 1000L);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 15_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        settings.putAll(config.kafka("producer"));
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxRequestBytes(config));
        settings.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        return settings;
    }

    /**
     * Asks where partitions end. On the admin's connection: a consumer's question would wait behind its fetch, which waits
     * for data, for half a second.
     */
    KafkaFuture<Map<TopicPartition, Long>> ends(Collection<TopicPartition> partitions, IsolationLevel isolation) {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        return admin().listOffsets(latest, new ListOffsetsOptions(isolation))
                .all()
                .thenApply(found -> {
                    Map<TopicPartition, Long> ends = new HashMap<>();
                    found.forEach((partition, end) -> ends.put(partition, end.offset()));
                    return ends;
                });
    }

    /** @throws KafkaException if there is no answer */
    static <T> T answer(KafkaFuture<T> asked, String what) {
        try {
            return asked.get();
        } catch (ExecutionException e) {
            throw new KafkaException("cannot " + what, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted before it could " + what, e);
        }
    }

    /** Lets go of the connections to the brokers; who asks again connects anew. */
    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
            admin = null;
        }
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
