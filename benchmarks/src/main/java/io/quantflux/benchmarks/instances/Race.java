// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.instances;

import io.quantflux.avro.ActivationCodec;
import io.quantflux.embedded.KafkaChildProcess;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One backlog, worked off by so many instances: topics and group of its own, all partitions with the same work. */
final class Race implements AutoCloseable {
    static final int PARTITIONS = 4;
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Path dir;
    private final KafkaChildProcess broker;
    private final Admin admin;
    private final List<byte[]> values = new ArrayList<>();
    private int number;

    /**
     * Starts a broker.
     *
     * @param bytes of a tensor
     * @param candidates that its observer tries: how much arithmetic a byte costs
     */
    Race(Path dir, int bytes, int candidates) {
        this.dir = dir;

        broker = KafkaChildProcess.start(dir.resolve("broker"), Map.of());
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        QuantizationSpec spec = QuantizationSpec.builder()
                .rangeCalculatorCls(ClipSearchRange.KEY)
                .extra(ClipSearchRange.CANDIDATES, candidates)
                .build();
        Random random = new Random(7);
        for (int variant = 0; variant < 4; variant++) {
            float[] x = new float[bytes / Float.BYTES];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) random.nextGaussian();
            }
            values.add(
                    ActivationCodec.encode(0, Shape.of(x.length), x, spec, QuantizationTarget.ACTIVATION, "bench", -1));
        }
    }

    /**
     * What a race came to.
     *
     * @param perSecond records committed, from a tenth to nine tenths of them
     * @param processors share of one core that the processors took meanwhile, all together
     * @param broker the same of the broker
     */
    record Result(double perSecond, double processors, double broker) {}

    Result run(int instances, int records) throws IOException, InterruptedException, ExecutionException {
        String name = "race-" + number++;
        Map<String, String> properties = Map.of(
                ProcessorConfig.BOOTSTRAP_SERVERS,
                broker.bootstrapServers(),
                ProcessorConfig.GROUP_ID,
                name,
                ProcessorConfig.TOPIC_PREFIX,
                name + ".");
        ProcessorConfig config = new ProcessorConfig(properties);
        try (Topics topics = Topics.of(config)) {
            topics.create(PARTITIONS, Optional.of((short) 1), Duration.ofSeconds(30));
        }
        List<Worker> workers = new ArrayList<>();
        try {
            for (int i = 0; i < instances; i++) {
                workers.add(Worker.start(i, properties, dir.resolve(name + "-" + i + ".log")));
            }
            awaitReady(workers);
            String topic = config.topics().activations();
            int warmUp = warmUp(name, topic);
            load(topic, records);
            awaitCommitted(name, topic, warmUp + records / 10);
            long from = System.nanoTime();
            Duration processorsBefore = cpu(workers);
            Duration brokerBefore = brokerCpu();
            long first = committed(name, topic);
            long last = awaitCommitted(name, topic, warmUp + records * 9L / 10);
            double seconds = (System.nanoTime() - from) / 1e9;
            return new Result(
                    (last - first) / seconds,
                    cpu(workers).minus(processorsBefore).toMillis() / 1e3 / seconds,
                    brokerCpu().minus(brokerBefore).toMillis() / 1e3 / seconds);
        } finally {
            workers.forEach(Worker::close);
            admin.deleteTopics(config.topics().all()).all().get();
        }
    }

    /** As long as it takes each JVM's compiler to be done; returns the records that took. */
    private int warmUp(String name, String topic) throws IOException, InterruptedException, ExecutionException {
        long end = System.nanoTime() + WARM_UP.toNanos();
        int loaded = 0;
        while (System.nanoTime() < end) {
            load(topic, PARTITIONS * 8);
            loaded += PARTITIONS * 8;
            awaitCommitted(name, topic, loaded);
        }
        return loaded;
    }

    private static void awaitReady(List<Worker> workers) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (Worker worker : workers) {
            while (!worker.isReadyWith(PARTITIONS / workers.size())) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("the partitions were not spread evenly");
                }
                Thread.sleep(50);
            }
        }
    }

    private void load(String topic, int records) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "batch.size", 1 << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                byte[] key = ("run/layer" + i % 16).getBytes(StandardCharsets.UTF_8);
                var unused = producer.send(
                        new ProducerRecord<>(topic, i % PARTITIONS, key, values.get(i / PARTITIONS % values.size())));
            }
        }
    }

    private long awaitCommitted(String group, String topic, long count)
            throws InterruptedException, ExecutionException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (long now = committed(group, topic); ; now = committed(group, topic)) {
            if (now >= count) {
                return now;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("only " + now + " of " + count + " records");
            }
            Thread.sleep(100);
        }
    }

    private long committed(String group, String topic) throws InterruptedException, ExecutionException {
        return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().entrySet().stream()
                .filter(entry -> entry.getKey().topic().equals(topic) && entry.getValue() != null)
                .mapToLong(entry -> entry.getValue().offset())
                .sum();
    }

    private static Duration cpu(List<Worker> workers) {
        return workers.stream().map(Worker::cpu).reduce(Duration.ZERO, Duration::plus);
    }

    private Duration brokerCpu() {
        return ProcessHandle.of(broker.pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }
}
