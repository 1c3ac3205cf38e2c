// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.stream;

import io.quantflux.avro.EventCodec;
import io.quantflux.avro.QParamsCodec;
import io.quantflux.avro.StateCodec;
import io.quantflux.avro.TensorState;
import io.quantflux.client.TopicNames;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.spec.TensorId;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.shard.Emission;
import io.quantflux.streaming.shard.Shard;
import io.quantflux.streaming.shard.ShardInput;
import io.quantflux.streaming.shard.ShardSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The processor's shards as a Kafka Streams topology: a second runner of the same fold, on the same topics.
 *
 * <p>States live in a cached in-memory store with a changelog of Streams' own. It follows no control topic.
 */
final class CalibrationTopology {
    private static final String SOURCE = "activations";
    private static final String CALIBRATE = "calibrate";
    private static final String STATES = "states";
    private static final String OUTPUT = "fake-quantized";
    private static final String QPARAMS = "qparams";
    private static final String EVENTS = "events";
    private static final String DEAD_LETTERS = "dead-letters";

    private CalibrationTopology() {}

    static Topology of(ProcessorConfig config) {
        TopicNames topics = config.topics();
        StoreBuilder<KeyValueStore<String, byte[]>> states = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(STATES), Serdes.String(), Serdes.ByteArray())
                .withCachingEnabled();
        ProcessorSupplier<ByteBuffer, ByteBuffer, byte[], byte[]> calibrate = () -> new Calibrate(config);
        Topology topology = new Topology()
                .addSource(SOURCE, new ByteBufferDeserializer(), new ByteBufferDeserializer(), topics.activations())
                .addProcessor(CALIBRATE, calibrate, SOURCE)
                .addStateStore(states, CALIBRATE);
        Map<String, String> sinks = Map.of(
                OUTPUT, topics.fakeQuantized(),
                QPARAMS, topics.qparams(),
                EVENTS, topics.events(),
                DEAD_LETTERS, topics.deadLetters());
        sinks.forEach((name, topic) ->
                topology.addSink(name, topic, new ByteArraySerializer(), new ByteArraySerializer(), CALIBRATE));
        return topology;
    }

    private static ShardSettings settings(ProcessorConfig config) {
        return new ShardSettings(
                new CalibrationOperator(Components.standard(), config.nonFinitePolicy()),
                config.spec(),
                config.specConfig(),
                1,
                config.maxTensors(),
                config.maxRecordBytes(),
                config.isExactlyOnce());
    }

    /** One partition's shard. */
    private static final class Calibrate implements Processor<ByteBuffer, ByteBuffer, byte[], byte[]> {
        private final ProcessorConfig config;
        private @Nullable ProcessorContext<byte[], byte[]> context;
        private @Nullable KeyValueStore<String, byte[]> states;
        private @Nullable Shard shard;

        Calibrate(ProcessorConfig config) {
            this.config = config;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> context) {
            this.context = context;
            KeyValueStore<String, byte[]> store = context.getStateStore(STATES);
            Map<TensorId, TensorState> tensors = new HashMap<>();
            try (KeyValueIterator<String, byte[]> entries = store.all()) {
                while (entries.hasNext()) {
                    KeyValue<String, byte[]> entry = entries.next();
                    tensors.put(new TensorId(entry.key), StateCodec.decode(ByteBuffer.wrap(entry.value)));
                }
            }
            states = store;
            shard = new Shard(context.taskId().partition(), settings(config), tensors, List.of());
        }

        @Override
        public void process(Record<ByteBuffer, ByteBuffer> record) {
            ProcessorContext<byte[], byte[]> sinks = ready(context);
            long offset = sinks.recordMetadata().orElseThrow().offset();
            for (Emission emission :
                    ready(shard).fold(new ShardInput.TensorArrived(offset, record.key(), record.value()))) {
                if (emission instanceof Emission.State e) {
                    ready(states).put(e.id().value(), StateCodec.encode(e.value()));
                } else if (emission instanceof Emission.Output e) {
                    forward(sinks, record, e.id().value(), e.record(), OUTPUT);
                } else if (emission instanceof Emission.Qparams e) {
                    forward(sinks, record, e.id().value(), QParamsCodec.encode(e.value()), QPARAMS);
                } else if (emission instanceof Emission.Event e) {
                    forward(sinks, record, e.key(), EventCodec.encode(e.value()), EVENTS);
                } else if (emission instanceof Emission.DeadLetter) {
                    sinks.forward(
                            new Record<>(bytes(record.key()), bytes(record.value()), record.timestamp()), DEAD_LETTERS);
                }
            }
        }

        private static void forward(
                ProcessorContext<byte[], byte[]> sinks,
                Record<ByteBuffer, ByteBuffer> source,
                String key,
                byte[] value,
                String sink) {
            sinks.forward(new Record<>(key.getBytes(StandardCharsets.UTF_8), value, source.timestamp()), sink);
        }

        private static byte[] bytes(@Nullable ByteBuffer buffer) {
            byte[] bytes = new byte[buffer == null ? 0 : buffer.remaining()];
            if (buffer != null) {
                buffer.duplicate().get(bytes);
            }
            return bytes;
        }

        private static <T> T ready(@Nullable T part) {
            if (part == null) {
                throw new IllegalStateException("used before Kafka Streams has initialized it");
            }
            return part;
        }
    }
}
