// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import io.quantflux.avro.Activation;
import io.quantflux.avro.ActivationCodec;
import io.quantflux.avro.ControlCodec;
import io.quantflux.client.TopicNames;
import io.quantflux.embedded.EmbeddedKafka;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** A real broker, one for all tests of the JVM, and topics of its own for each test. */
final class TestCluster implements AutoCloseable {
    static final int PARTITIONS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Without a fetch's long wait for data: there is no group to leave. */
    private static final CloseOptions AT_ONCE = CloseOptions.timeout(Duration.ZERO);

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static @Nullable EmbeddedKafka broker;

    final String prefix = "t" + NUMBER.incrementAndGet() + ".";
    final TopicNames topics = TopicNames.DEFAULT.withPrefix(prefix);
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<Future<RecordMetadata>> posted = new ArrayList<>();

    TestCluster() {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers(), "max.request.size", 16 << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    static synchronized String bootstrapServers() {
        if (broker == null) {
            try {
                EmbeddedKafka started = EmbeddedKafka.start(Files.createTempDirectory("quantflux-it"));
                Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(started)));
                broker = started;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        return broker.bootstrapServers();
    }

    /** Some hundred megabytes after all tests. */
    private static void remove(EmbeddedKafka broker) {
        broker.close();
        try {
            Utils.delete(broker.directory().toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TestCluster withTopics() {
        TestCluster cluster = new TestCluster();
        try (Topics topics = Topics.of(cluster.config(Map.of()))) {
            topics.create(PARTITIONS, Optional.of((short) 1), Duration.ofSeconds(30));
        }
        return cluster;
    }

    ProcessorConfig config(Map<String, ?> overrides) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", bootstrapServers());
        settings.put("group.id", prefix + "group");
        settings.put("instance.id", "0");
        settings.put("topic.prefix", prefix);
        settings.put("http.port", -1);
        settings.putAll(overrides);
        return new ProcessorConfig(settings);
    }

    Processor start(Map<String, ?> overrides) throws InterruptedException {
        Processor processor = Processor.start(config(overrides));
        if (!processor.awaitReady(PATIENCE)) {
            List<String> reasons = processor.status().notReadyBecause();
            processor.close();
            throw new AssertionError("not ready: " + reasons);
        }
        return processor;
    }

    RecordMetadata send(TensorId id, long step, Tensor tensor) {
        return send(id, activation(step, tensor));
    }

    static Activation activation(long step, Tensor tensor) {
        return new Activation(step, tensor, null, QuantizationTarget.ACTIVATION, "test", step);
    }

    /** Sends without waiting; {@link #flush()} does. */
    void post(TensorId id, Activation activation) {
        byte[] key = id.value().getBytes(StandardCharsets.UTF_8);
        posted.add(producer.send(new ProducerRecord<>(topics.activations(), key, ActivationCodec.encode(activation))));
    }

    /** Values without keys, in this order, one after another in the topic's single partition. */
    void postAll(String topic, List<byte[]> values) {
        values.forEach(value -> posted.add(producer.send(new ProducerRecord<>(topic, 0, null, value))));
        flush();
    }

    /** Waits until all that was posted is on its topic. */
    void flush() {
        posted.forEach(TestCluster::settled);
        posted.clear();
    }

    private static RecordMetadata settled(Future<RecordMetadata> sent) {
        try {
            return sent.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    RecordMetadata send(TensorId id, Activation activation) {
        return send(
                topics.activations(), id.value().getBytes(StandardCharsets.UTF_8), ActivationCodec.encode(activation));
    }

    RecordMetadata send(ControlCommand command) {
        byte[] key = command.selector().toString().getBytes(StandardCharsets.UTF_8);
        return send(topics.control(), key, ControlCodec.encode(command));
    }

    RecordMetadata send(String topic, byte @Nullable [] key, byte @Nullable [] value) {
        return send(new ProducerRecord<>(topic, key, value));
    }

    RecordMetadata send(ProducerRecord<byte[], byte[]> record) {
        return settled(producer.send(record));
    }

    /** Reads a topic from its beginning, committed records only, until what it has read is enough. */
    List<ConsumerRecord<ByteBuffer, ByteBuffer>> readUntil(
            String topic, Predicate<List<ConsumerRecord<ByteBuffer, ByteBuffer>>> enough) {
        KafkaConsumer<ByteBuffer, ByteBuffer> consumer = readerOf(topic);
        try {
            List<ConsumerRecord<ByteBuffer, ByteBuffer>> read = new ArrayList<>();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!enough.test(read)) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("only " + read.size() + " records on " + topic);
                }
                consumer.poll(Duration.ofMillis(100)).forEach(read::add);
            }
            return read;
        } finally {
            consumer.close(AT_ONCE);
        }
    }

    /** All that is committed on a topic now; nothing may be undecided. */
    List<ConsumerRecord<ByteBuffer, ByteBuffer>> readAll(String topic) {
        KafkaConsumer<ByteBuffer, ByteBuffer> consumer = readerOf(topic);
        try {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            List<ConsumerRecord<ByteBuffer, ByteBuffer>> read = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(read::add);
            }
            return read;
        } finally {
            consumer.close(AT_ONCE);
        }
    }

    /** Sees committed records and offsets only; takes no part in the group. */
    static KafkaConsumer<ByteBuffer, ByteBuffer> consumer(String groupId) {
        Map<String, Object> settings =
                new HashMap<>(Map.of("bootstrap.servers", bootstrapServers(), "isolation.level", "read_committed"));
        if (!groupId.isEmpty()) {
            settings.put("group.id", groupId);
        }
        return new KafkaConsumer<>(settings, new ByteBufferDeserializer(), new ByteBufferDeserializer());
    }

    private static KafkaConsumer<ByteBuffer, ByteBuffer> readerOf(String topic) {
        KafkaConsumer<ByteBuffer, ByteBuffer> consumer = consumer("");
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(p -> new TopicPartition(topic, p.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    List<ConsumerRecord<ByteBuffer, ByteBuffer>> read(String topic, int count) {
        return readUntil(topic, read -> read.size() >= count);
    }

    static String key(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        return StandardCharsets.UTF_8.decode(record.key().duplicate()).toString();
    }

    @Override
    public void close() {
        producer.close();
    }
}
