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

/**
 * From {@code send} of an activation to the poll that returns its output, at a low rate: one record after another, and entrants in
 * turns, so that whatever else the machine does meets them alike.
 */
final class Latency {
    private static final int WARM_UP = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Bed bed;
    private final Workload workload;
    private final List<Entrant> entrants;
    /** When the record of a step was sent. */
    private final Map<Long, Long> sent = new HashMap<>();

    private final Map<Entrant, List<Double>> milliseconds = new HashMap<>();

    private Latency(Bed bed, Workload workload, List<Entrant> entrants) {
        this.bed = bed;
        this.workload = workload;
        this.entrants = entrants;
    }

    /** Milliseconds of each of {@code samples} records of each entrant, one sent every {@code period}. */
    static Map<Entrant, List<Double>> measure(
            Bed bed, Workload workload, List<Entrant> entrants, int samples, Duration period) {
        Latency latency = new Latency(bed, workload, entrants);
        List<Pipeline> running = new ArrayList<>();
        try (KafkaConsumer<byte[], ByteBuffer> reader = reader(bed, entrants)) {
            entrants.forEach(entrant -> running.add(entrant.start()));
            latency.send(reader, WARM_UP, period); // the first of them wait for the pipelines' start
            latency.milliseconds.clear();
            latency.send(reader, samples, period);
        } finally {
            running.forEach(Pipeline::close);
            entrants.forEach(entrant -> {
                bed.truncate(entrant.lane().topics().activations());
                bed.truncate(entrant.lane().topics().fakeQuantized());
            });
        }
        return latency.milliseconds;
    }

    private void send(KafkaConsumer<byte[], ByteBuffer> reader, int each, Duration period) {
        int records = each * entrants.size();
        long due = System.nanoTime();
        long deadline = due + PATIENCE.toNanos() + period.multipliedBy(records).toNanos();
        for (int produced = 0; produced < records || !sent.isEmpty(); ) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(sent.size() + " of " + produced + " records have no output");
            }
            if (produced < records && System.nanoTime() >= due) {
                Entrant next = entrants.get(produced % entrants.size());
                long step = workload.nextStep();
                var record = workload.next(next.lane().topics().activations());
                sent.put(step, System.nanoTime());
                var unused = bed.loader().send(record);
                produced++;
                due = System.nanoTime() + period.toNanos();
            }
            for (ConsumerRecord<byte[], ByteBuffer> output : reader.poll(Duration.ofMillis(1))) {
                take(output);
            }
        }
    }

    private void take(ConsumerRecord<byte[], ByteBuffer> output) {
        for (Entrant entrant : entrants) {
            if (output.topic().equals(entrant.lane().topics().fakeQuantized())) {
                Long at = sent.remove(entrant.stepOf(output.value()));
                if (at != null) {
                    milliseconds
                            .computeIfAbsent(entrant, key -> new ArrayList<>())
                            .add((System.nanoTime() - at) / 1e6);
                }
            }
        }
    }

    private static KafkaConsumer<byte[], ByteBuffer> reader(Bed bed, List<Entrant> entrants) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bed.bootstrapServers());
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
        KafkaConsumer<byte[], ByteBuffer> reader =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteBufferDeserializer());
        List<TopicPartition> all = entrants.stream()
                .map(entrant -> entrant.lane().topics().fakeQuantized())
                .flatMap(topic -> IntStream.range(0, Workload.PARTITIONS)
                        .mapToObj(partition -> new TopicPartition(topic, partition)))
                .toList();
        reader.assign(all);
        reader.seekToEnd(all);
        all.forEach(reader::position);
        return reader;
    }
}
