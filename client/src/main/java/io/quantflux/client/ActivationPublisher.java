// SPDX-License-Identifier: Apache-2.0
package io.quantflux.client;

import io.quantflux.avro.Activation;
import io.quantflux.avro.ActivationCodec;
import io.quantflux.avro.LargeMessage;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Sends a trainer's activations, and never holds the training up: what does not fit the queue, because the broker is slow
 * or away, is dropped and counted. Safe for several threads; tensors of one thread arrive in order.
 */
public final class ActivationPublisher implements AutoCloseable {
    /** What a record takes beside its payload: fields, framing, Kafka's own; on the safe side. */
    private static final int OVERHEAD = 512;

    private final String run;
    private final String topic;
    private final String producer;
    private final Map<String, QuantizationSpec> specs;
    private final Duration closeTimeout;
    private final long maxQueuedBytes;
    private final long maxRecordBytes;
    private final Chunks chunks;
    private final ByteBudget queue;
    private final Outbox outbox;
    private final Delivery delivery;
    private final AtomicLong sequence = new AtomicLong();
    private final Map<String, TensorId> ids = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private ActivationPublisher(Builder builder, String run) {
        this.run = run;
        topic = builder.topics.activations();
        producer = builder.producer;
        specs = Map.copyOf(builder.specs);
        closeTimeout = builder.closeTimeout;
        queue = new ByteBudget(builder.maxQueuedBytes);
        delivery = new Delivery(topic);
        Map<String, Object> settings = KafkaSettings.tensorProducer(builder.bootstrapServers, builder.kafka);
        long maxRequestBytes = Long.parseLong(String.valueOf(settings.get("max.request.size")));
        maxQueuedBytes = builder.maxQueuedBytes;
        maxRecordBytes = Math.min(builder.maxRecordBytes, maxRequestBytes);
        chunks = new Chunks(
                builder.producer, (int) Math.max(1, Math.min(builder.chunkBytes, maxRecordBytes - OVERHEAD)));
        outbox = new Outbox("quantflux-publisher", settings);
    }

    /** @param bootstrapServers {@code host:port}, several with commas between */
    public static Builder builder(String bootstrapServers) {
        return new Builder(bootstrapServers);
    }

    /**
     * Publishes a float32 tensor as {@code run/tensorName}. The values are copied at once: the array is the trainer's
     * again when this returns, and it returns without waiting for anything.
     *
     * @param step training step, at least 0
     * @param values row-major, as many as {@code shape} has elements
     * @return whether it was queued; if not, it is counted as dropped, or as failed where it is too large to be sent
     * @throws InvalidSpecException for a name, step or shape that is wrong in itself; never for trouble with Kafka
     */
    public boolean publish(String tensorName, long step, Shape shape, float[] values) {
        if (shape.elements() != values.length) {
            throw new InvalidSpecException(
                    "values", values.length + " values", "shape " + shape + " needs " + shape.elements());
        }
        return publish(
                tensorName,
                step,
                (long) values.length * Float.BYTES,
                number -> ActivationCodec.encode(
                        step, shape, values, specs.get(tensorName), QuantizationTarget.ACTIVATION, producer, number),
                number -> ActivationCodec.large(
                        step, shape, values, specs.get(tensorName), QuantizationTarget.ACTIVATION, producer, number));
    }

    /** As {@link #publish(String, long, Shape, float[])}, for a tensor of any element type. */
    public boolean publish(String tensorName, long step, Tensor tensor) {
        return publish(
                tensorName,
                step,
                tensor.data().remaining(),
                number -> ActivationCodec.encode(activation(tensorName, step, tensor, number)),
                number -> ActivationCodec.large(activation(tensorName, step, tensor, number)));
    }

    private Activation activation(String tensorName, long step, Tensor tensor, long number) {
        return new Activation(step, tensor, specs.get(tensorName), QuantizationTarget.ACTIVATION, producer, number);
    }

    private boolean publish(
            String tensorName,
            long step,
            long payloadBytes,
            LongFunction<byte[]> encode,
            LongFunction<LargeMessage> encodeLarge) {
        TensorId id = ids.computeIfAbsent(tensorName, name -> new TensorId(run + '/' + name));
        if (step < 0) {
            throw new InvalidSpecException("step", step, "must be at least 0");
        }
        long number = sequence.getAndIncrement();
        delivery.published();
        if (payloadBytes + OVERHEAD > maxQueuedBytes || !chunks.fit(payloadBytes + OVERHEAD)) {
            delivery.tooLarge(id, payloadBytes, maxQueuedBytes);
            return false;
        }
        if (closed || !queue.hasRoomFor(payloadBytes + OVERHEAD)) { // before the work of encoding
            delivery.dropped();
            return false;
        }
        byte[] key = id.value().getBytes(StandardCharsets.UTF_8);
        List<ProducerRecord<byte[], byte[]>> records = payloadBytes + OVERHEAD <= maxRecordBytes
                ? List.of(new ProducerRecord<>(topic, key, encode.apply(number)))
                : chunks.cut(topic, key, number, encodeLarge.apply(number));
        long bytes = records.stream()
                .mapToLong(record -> key.length + record.value().length + OVERHEAD)
                .sum();
        if (!queue.tryTake(bytes)) {
            delivery.dropped();
            return false;
        }
        outbox.postAll(records, Chunks.together(records.size(), (result, at, cause) -> {
            queue.giveBack(bytes);
            delivery.settled(id, result, cause);
        }));
        return true;
    }

    /** How it went so far. */
    public Counters counters() {
        return delivery.counters(queue.used());
    }

    /** Sends what is queued, for at most the close timeout; what is left then is dropped or failed, and counted. */
    @Override
    public void close() {
        closed = true;
        outbox.close(closeTimeout);
    }

    /**
     * What became of the tensors. Once nothing is queued, {@code published = acknowledged + dropped + failed}.
     *
     * @param published all that {@code publish} was called with
     * @param acknowledged the broker has them
     * @param dropped given up for want of room in the queue, or at close for want of time
     * @param failed too large to be sent, refused by the broker, or not answered by it
     * @param bytesQueued bytes of records that wait for the broker, some overhead included
     */
    public record Counters(long published, long acknowledged, long dropped, long failed, long bytesQueued) {}

    /** Collects settings, each with its default; only {@link #run} is required. */
    public static final class Builder {
        private static final long DEFAULT_QUEUE = 64L << 20;
        private static final int DEFAULT_RECORD = 16 << 20;
        private static final int DEFAULT_CHUNK = 1_000_000;

        private final String bootstrapServers;
        private final Map<String, QuantizationSpec> specs = new HashMap<>();
        private @Nullable String run;
        private String producer = "";
        private TopicNames topics = TopicNames.DEFAULT;
        private long maxQueuedBytes = DEFAULT_QUEUE;
        private int maxRecordBytes = DEFAULT_RECORD;
        private int chunkBytes = DEFAULT_CHUNK;
        private Duration closeTimeout = Duration.ofSeconds(10);
        private Map<String, ?> kafka = Map.of();

        private Builder(String bootstrapServers) {
            this.bootstrapServers = bootstrapServers;
        }

        /** The training run: the first part of every tensor's id. */
        public Builder run(String name) {
            run = name;
            return this;
        }

        /** Who sends, for those who read the records. Default empty. */
        public Builder producer(String name) {
            producer = name;
            return this;
        }

        /** Default {@link TopicNames#DEFAULT}. */
        public Builder topics(TopicNames names) {
            topics = names;
            return this;
        }

        /** How much may wait for the broker before tensors are dropped. Default 64 MiB; Kafka's own buffer adds 32 MiB. */
        public Builder maxQueuedBytes(long bytes) {
            maxQueuedBytes = bytes;
            return this;
        }

        /**
         * Tensors that take more, fields and framing included, are sent in chunks. Default 16 MiB, which is what processors take
         * as one record by default; Kafka's {@code max.request.size} may set a lower limit.
         */
        public Builder maxRecordBytes(int bytes) {
            maxRecordBytes = bytes;
            return this;
        }

        /** How large these chunks are. Default 1,000,000 bytes: topics take such records by default. */
        public Builder chunkBytes(int bytes) {
            chunkBytes = bytes;
            return this;
        }

        /** How long {@link ActivationPublisher#close} may send. Default 10 s. */
        public Builder closeTimeout(Duration timeout) {
            closeTimeout = timeout;
            return this;
        }

        /** Settings of Kafka's producer that win over ours, for example {@code compression.type}. */
        public Builder kafka(Map<String, ?> overrides) {
            kafka = Map.copyOf(overrides);
            return this;
        }

        /** How to quantize a tensor. Default: as the processor is configured. */
        public Builder spec(String tensorName, QuantizationSpec spec) {
            specs.put(tensorName, spec);
            return this;
        }

        /**
         * @throws InvalidSpecException if there is no run, or the queue, a record or a chunk holds nothing
         * @throws org.apache.kafka.common.KafkaException if Kafka refuses a setting; not if its broker is away
         */
        public ActivationPublisher build() {
            if (run == null) {
                throw new InvalidSpecException("run", null, "is the first part of every tensor's id");
            }
            new TensorId(run);
            if (maxQueuedBytes < 1) {
                throw new InvalidSpecException("max_queued_bytes", maxQueuedBytes, "must be at least 1");
            }
            if (maxRecordBytes <= OVERHEAD) {
                throw new InvalidSpecException("max_record_bytes", maxRecordBytes, "must be more than " + OVERHEAD);
            }
            if (chunkBytes < 1) {
                throw new InvalidSpecException("chunk_bytes", chunkBytes, "must be at least 1");
            }
            return new ActivationPublisher(this, run);
        }
    }
}
