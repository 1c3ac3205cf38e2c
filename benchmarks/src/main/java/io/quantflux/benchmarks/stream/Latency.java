// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.stream;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/** From {@code send} of an activation to the poll that returns its output, at a low rate: one record after another. */
final class Latency {
    private static final int WARM_UP = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Latency() {}

    /** Milliseconds of each of {@code samples} records, sent every {@code period}. */
    static List<Double> measure(
            Bed bed, Lane lane, Contender contender, Workload workload, int samples, Duration period) {
        Map<Long, Long> sent = new HashMap<>();
        List<Double> milliseconds = new ArrayList<>();
        try (Pipeline pipeline = contender.start(lane);
                KafkaConsumer<byte[], ByteBuffer> reader = reader(lane)) {
            long due = System.nanoTime();
            int received = 0;
            int produced = 0;
            long deadline = System.nanoTime()
                    + PATIENCE.toNanos()
                    + period.multipliedBy(samples).toNanos();
            while (received < samples + WARM_UP) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(contender + " answered " + received + " of " + produced);
                }
                boolean ready = produced == 0 || received > 0; // the first waits for the contender's start
                if (ready && produced < samples + WARM_UP && System.nanoTime() >= due) {
                    long step = workload.nextStep();
                    var record = workload.next(lane.topics().activations());
                    sent.put(step, System.nanoTime());
                    var unused = bed.loader().send(record);
                    produced++;
                    due = System.nanoTime() + period.toNanos();
                }
                for (ConsumerRecord<byte[], ByteBuffer> output : reader.poll(Duration.ofMillis(1))) {
                    Long at = sent.remove(contender.stepOf(output.value()));
                    if (at != null && ++received > WARM_UP) {
                        milliseconds.add((System.nanoTime() - at) / 1e6);
                    }
                }
            }
        } finally {
            bed.truncate(lane.topics().activations());
            bed.truncate(lane.topics().fakeQuantized());
        }
        return milliseconds;
    }

    private static KafkaConsumer<byte[], ByteBuffer> reader(Lane lane) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, lane.bootstrapServers());
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
        KafkaConsumer<byte[], ByteBuffer> reader =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteBufferDeserializer());
        List<TopicPartition> all = IntStream.range(0, Workload.PARTITIONS)
                .mapToObj(partition -> new TopicPartition(lane.topics().fakeQuantized(), partition))
                .toList();
        reader.assign(all);
        reader.seekToEnd(all);
        all.forEach(reader::position);
        return reader;
    }
}
