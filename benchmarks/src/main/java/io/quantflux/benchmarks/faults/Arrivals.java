// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import io.quantflux.avro.FakeQuantizedCodec;
import io.quantflux.avro.SourcePosition;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Follows the outputs as they become visible under {@code read_committed}. */
final class Arrivals implements AutoCloseable {
    private final KafkaConsumer<ByteBuffer, ByteBuffer> consumer;
    private final List<Probe> probes = new ArrayList<>();
    private final Set<Evidence.Source> seen = new HashSet<>();
    private final Thread thread;
    private final AtomicLong count = new AtomicLong();
    private volatile boolean running = true;
    private long zombieBefore = Long.MIN_VALUE;
    private long zombieCount;

    Arrivals(TopicReader reader, String topic) {
        consumer = reader.consumer();
        List<TopicPartition> partitions = TopicReader.assignAll(consumer, topic);
        consumer.seekToBeginning(partitions);
        thread = new Thread(this::run, "arrivals");
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits for the next output of a partition that was made after it was set. */
    static final class Probe {
        private final int partition;
        private final long sinceMillis = System.currentTimeMillis();
        private final long sinceNanos = System.nanoTime();
        private volatile long arrivedNanos;

        private Probe(int partition) {
            this.partition = partition;
        }

        boolean isDone() {
            return arrivedNanos != 0;
        }

        /** From when it was set to when the output was visible. */
        Duration elapsed() {
            return Duration.ofNanos((arrivedNanos == 0 ? System.nanoTime() : arrivedNanos) - sinceNanos);
        }

        @Override
        public String toString() {
            return "partition " + partition + ": " + elapsed().toMillis() + " ms";
        }
    }

    /**
     * A probe set now. An output counts if its record was made after that, by the clock all processes here share: one that
     * was committed before and only arrives later does not.
     */
    Probe probe(int partition) {
        Probe probe = new Probe(partition);
        synchronized (probes) {
            probes.add(probe);
        }
        return probe;
    }

    /** Outputs seen. */
    long count() {
        return count.get();
    }

    /** From now on counts outputs that were made before {@code millis} or that came before: a zombie's. */
    void watchForZombies(long millis) {
        synchronized (probes) {
            zombieBefore = millis;
        }
    }

    long zombieOutputs() {
        synchronized (probes) {
            return zombieCount;
        }
    }

    private void run() {
        try {
            while (running) {
                try {
                    consumer.poll(Duration.ofMillis(50)).forEach(this::take);
                } catch (KafkaException e) {
                    Fleet.pause(100); // brokers come and go here
                }
            }
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    private void take(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        count.incrementAndGet();
        SourcePosition at = FakeQuantizedCodec.decode(record.value()).source();
        synchronized (probes) {
            boolean first = seen.add(new Evidence.Source(at.partition(), at.offset()));
            if (zombieBefore != Long.MIN_VALUE && (!first || record.timestamp() < zombieBefore)) {
                zombieCount++;
            }
            for (Iterator<Probe> all = probes.iterator(); all.hasNext(); ) {
                Probe probe = all.next();
                if (probe.partition == record.partition() && record.timestamp() > probe.sinceMillis) {
                    probe.arrivedNanos = System.nanoTime();
                    all.remove();
                }
            }
        }
    }

    @Override
    public void close() {
        running = false;
        try {
            thread.join(5000);
        } catch (InterruptedException e) {
            throw FaultSuiteException.interrupted(e);
        }
    }
}
