// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.stream;

import io.quantflux.benchmarks.Scratch;
import io.quantflux.embedded.KafkaChildProcess;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker in a JVM of its own, and the hands to prepare and watch what runs on it. */
public final class Bed implements AutoCloseable {
    private static final Duration TOPICS = Duration.ofSeconds(30);
    /** What a run has left is off the disk before the next has written as much: 8 MiB tensors would fill 30 GB. */
    private static final Map<String, String> TIDY = Map.of(
            "log.segment.bytes", Integer.toString(64 << 20),
            "log.retention.check.interval.ms", "2000",
            "log.segment.delete.delay.ms", "1000");

    private final Path directory;
    private final KafkaChildProcess broker;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> loader;

    /** Starts the broker; returns when it serves. */
    public Bed() {
        try {
            directory = Files.createTempDirectory("quantflux-bench-");
        } catch (IOException e) {
            throw new UncheckedIOException("no directory for the broker", e);
        }
        broker = KafkaChildProcess.start(directory.resolve("kafka"), TIDY);
        admin = Admin.create(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()));
        loader = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers(),
                        ProducerConfig.BATCH_SIZE_CONFIG, 1 << 20,
                        ProducerConfig.LINGER_MS_CONFIG, 0,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 18 << 20,
                        ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** Goes when the bed is closed. */
    public Path directory() {
        return directory;
    }

    /** A plain producer that takes records of up to 16 MiB. */
    public KafkaProducer<byte[], byte[]> loader() {
        return loader;
    }

    void createTopics(Lane lane) {
        createTopics(lane.config(), Workload.PARTITIONS);
    }

    /** All topics of a processor. */
    public void createTopics(ProcessorConfig config, int partitions) {
        try (Topics topics = Topics.of(config)) {
            topics.create(partitions, Optional.of((short) 1), TOPICS);
        }
    }

    /** Records that have ever been appended to a topic, over all partitions. */
    long end(String topic) {
        return end(topic, Workload.PARTITIONS);
    }

    /** As {@link #end(String)}; transaction markers count as records. */
    public long end(String topic, int partitions) {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            latest.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        try {
            return admin.listOffsets(latest).all().get().values().stream()
                    .mapToLong(found -> found.offset())
                    .sum();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot read the end of " + topic, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Records of the activations topic that the group has committed, over all partitions. */
    long committed(Lane lane) {
        return committed(lane.group(), lane.topics().activations());
    }

    /** Records of {@code topic} that {@code group} has committed, over all partitions. */
    public long committed(String group, String topic) {
        long sum = 0;
        try {
            Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            for (Map.Entry<TopicPartition, OffsetAndMetadata> entry : offsets.entrySet()) {
                if (entry.getKey().topic().equals(topic) && entry.getValue() != null) {
                    sum += entry.getValue().offset();
                }
            }
            return sum;
        } catch (ExecutionException e) {
            return 0; // the group does not exist yet
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Empties what a run has left, so that the disk and the page cache are the same for the next. */
    void truncate(String topic) {
        truncate(topic, Workload.PARTITIONS);
    }

    /** As {@link #truncate(String)}. */
    public void truncate(String topic, int partitions) {
        Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            all.put(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(-1));
        }
        try {
            admin.deleteRecords(all).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot empty " + topic, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", e);
    }

    @Override
    public void close() {
        loader.close();
        admin.close();
        broker.close();
        try {
            Scratch.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("not removed: " + directory, e);
        }
    }
}
