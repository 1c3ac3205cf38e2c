// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.avro.OpenMessage;
import io.quantflux.avro.OpenMessagesCodec;
import io.quantflux.avro.ShardState;
import io.quantflux.avro.ShardStateCodec;
import io.quantflux.avro.StateCodec;
import io.quantflux.avro.TensorState;
import io.quantflux.spec.TensorId;
import io.quantflux.streaming.shard.Shard;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Reads shards back from the state topic: partition n of it holds the newest state of every tensor of partition n. */
final class Changelog {
    private final Clients clients;
    private final String topic;

    Changelog(Clients clients, String topic) {
        this.clients = clients;
        this.topic = topic;
    }

    /** What a partition's changelog holds. */
    record Restored(Map<TensorId, TensorState> tensors, Map<TensorId, List<OpenMessage>> open, ShardState progress) {}

    /**
     * Blocks until each partition's changelog is read to its end.
     *
     * <p>The end is the read-uncommitted one and the reader sees committed records only: it cannot pass a transaction that
     * is still undecided, so what it returns is never stale (KAFKA-10167).
     */
    Map<Integer, Restored> restore(Collection<Integer> partitions) {
        List<TopicPartition> changelog = partitions.stream()
                .map(partition -> new TopicPartition(topic, partition))
                .toList();
        Map<Integer, Map<String, byte[]>> newest = new HashMap<>();
        partitions.forEach(partition -> newest.put(partition, new HashMap<>()));
        var asked = clients.ends(changelog, IsolationLevel.READ_UNCOMMITTED); // answered while the reader connects
        KafkaConsumer<ByteBuffer, ByteBuffer> reader = clients.reader();
        try {
            reader.assign(changelog);
            reader.seekToBeginning(changelog);
            Map<TopicPartition, Long> ends = Clients.answer(asked, "find the end of " + topic);
            while (changelog.stream().anyMatch(tp -> reader.position(tp) < ends.getOrDefault(tp, 0L))) {
                for (ConsumerRecord<ByteBuffer, ByteBuffer> record : reader.poll(Duration.ofMillis(100))) {
                    newest.computeIfPresent(record.partition(), (partition, values) -> with(values, record));
                }
            }
        } finally {
            reader.close(Clients.AT_ONCE);
        }
        // on all processors: these partitions stand still until it is done
        return newest.entrySet().parallelStream()
                .collect(Collectors.toMap(Map.Entry::getKey, partition -> decode(partition.getValue())));
    }

    /** Copied, as a slice would keep the whole fetch it came with. */
    private static Map<String, byte[]> with(Map<String, byte[]> values, ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        String key = StandardCharsets.UTF_8.decode(record.key().duplicate()).toString();
        if (record.value() == null) {
            values.remove(key);
        } else {
            byte[] value = new byte[record.value().remaining()];
            record.value().duplicate().get(value);
            values.put(key, value);
        }
        return values;
    }

    /** Only what is newest: between two compactions a log holds many states of a tensor. */
    private static Restored decode(Map<String, byte[]> values) {
        Map<TensorId, TensorState> tensors = new HashMap<>();
        Map<TensorId, List<OpenMessage>> open = new HashMap<>();
        ShardState progress = new ShardState(0);
        for (Map.Entry<String, byte[]> entry : values.entrySet()) {
            String key = entry.getKey();
            ByteBuffer value = ByteBuffer.wrap(entry.getValue());
            if (key.equals(Shard.PROGRESS_KEY)) {
                progress = ShardStateCodec.decode(value);
            } else if (key.startsWith(OpenMessagesCodec.KEY_PREFIX)) {
                TensorId id = new TensorId(key.substring(OpenMessagesCodec.KEY_PREFIX.length()));
                open.put(id, OpenMessagesCodec.decode(value));
            } else {
                tensors.put(new TensorId(key), StateCodec.decode(value));
            }
        }
        return new Restored(tensors, open, progress);
    }
}
