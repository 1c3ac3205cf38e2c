// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import io.quantflux.avro.ActivationCodec;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.SpecPresets;
import io.quantflux.spec.TensorId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Tensors from a seed: several specs, moving averages that depend on every record and its order, and now and then a record
 * that is none.
 *
 * <p>What reaches the log is the truth; a record the brokers refuse is simply none of it.
 */
final class Load implements AutoCloseable {
    private static final int POISON_EVERY = 499;
    private static final int IN_FLIGHT = 20_000;
    private static final List<QuantizationSpec> SPECS =
            List.of(QuantizationSpec.DEFAULT, SpecPresets.spec("a8_per_channel"), SpecPresets.spec("a_fp8"));

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final List<TensorId> ids = new ArrayList<>();
    private final Random random;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong unsettled = new AtomicLong();
    private final Thread thread;
    private volatile int rate;
    private volatile boolean running = true;
    private long sent;

    Load(String bootstrapServers, String topic, int tensors, long seed) {
        this.topic = topic;
        random = new Random(seed);
        for (int i = 0; i < tensors; i++) {
            ids.add(new TensorId("run/layer" + i));
        }
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "client.id",
                        "load",
                        "linger.ms",
                        2,
                        "max.block.ms",
                        600_000,
                        "delivery.timeout.ms",
                        600_000,
                        "request.timeout.ms",
                        5_000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        thread = new Thread(this::run, "load");
        thread.setDaemon(true);
        thread.start();
    }

    /** Records a second from now on; 0 for none. */
    void rate(int perSecond) {
        rate = perSecond;
    }

    /** On the log, as far as is known. */
    long acknowledged() {
        return acknowledged.get();
    }

    /** Sends on at {@code perSecond} until at least {@code total} are on the log, then no more; waits for both. */
    void completeTo(long total, int perSecond, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        rate = perSecond;
        while (acknowledged.get() < total) {
            if (System.nanoTime() > deadline) {
                throw new FaultSuiteException("only " + acknowledged + " of " + total + " records on the log");
            }
            Fleet.pause(20);
        }
        rate = 0;
        settle(timeout);
    }

    /** Waits until each record sent is on the log or refused. */
    void settle(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        Fleet.pause(50);
        while (unsettled.get() > 0) {
            if (System.nanoTime() > deadline) {
                throw new FaultSuiteException(unsettled + " records of the load are neither sent nor refused");
            }
            Fleet.pause(20);
        }
    }

    private void run() {
        long next = System.nanoTime();
        try {
            while (running) {
                int perSecond = rate;
                if (perSecond == 0 || unsettled.get() > IN_FLIGHT) {
                    Thread.sleep(10);
                    next = System.nanoTime();
                    continue;
                }
                send();
                next += 1_000_000_000L / perSecond;
                long ahead = next - System.nanoTime();
                if (ahead > 2_000_000) {
                    Thread.sleep(ahead / 1_000_000);
                } else if (ahead < -1_000_000_000L) {
                    next = System.nanoTime();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send() {
        TensorId id = ids.get(random.nextInt(ids.size()));
        byte[] value = sent % POISON_EVERY == POISON_EVERY - 1 ? new byte[] {1, 2, 3} : activation(id);
        sent++;
        unsettled.incrementAndGet();
        var unused = producer.send(
                new ProducerRecord<>(topic, id.value().getBytes(StandardCharsets.UTF_8), value), (metadata, error) -> {
                    unsettled.decrementAndGet();
                    if (error == null) {
                        acknowledged.incrementAndGet();
                    }
                });
    }

    private byte[] activation(TensorId id) {
        Shape shape = Shape.of(4, 8);
        float[] values = new float[(int) shape.elements()];
        float spread = 1 + random.nextFloat() * 4;
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() * spread;
        }
        QuantizationSpec spec = SPECS.get(Math.floorMod(id.hashCode(), SPECS.size()));
        return ActivationCodec.encode(sent, shape, values, spec, QuantizationTarget.ACTIVATION, "load", sent);
    }

    @Override
    public void close() {
        running = false;
        rate = 0;
        try {
            thread.join(1000);
        } catch (InterruptedException e) {
            throw FaultSuiteException.interrupted(e);
        } finally {
            producer.close(Duration.ZERO);
        }
    }
}
