// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import io.quantflux.avro.FakeQuantizedCodec;
import io.quantflux.avro.QParamsCodec;
import io.quantflux.avro.StateCodec;
import io.quantflux.benchmarks.faults.Evidence.Source;
import io.quantflux.streaming.shard.Emission;
import io.quantflux.streaming.shard.Shard;
import io.quantflux.streaming.shard.ShardInput;
import io.quantflux.streaming.shard.ShardSettings;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The log once more, offline and without interruption: one shard a partition, one thread, nothing but the operator. */
final class Replay {
    private final ShardSettings settings;
    private final Map<Integer, Shard> shards = new HashMap<>();
    private final Evidence evidence = Evidence.empty();
    private long records;

    Replay(ShardSettings settings) {
        this.settings = settings;
    }

    /** Takes the next record of its partition. */
    void take(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        records++;
        Shard shard =
                shards.computeIfAbsent(record.partition(), number -> new Shard(number, settings, Map.of(), List.of()));
        Source source = new Source(record.partition(), record.offset());
        for (Emission emission :
                shard.fold(new ShardInput.TensorArrived(record.offset(), record.key(), record.value()))) {
            note(source, emission);
        }
    }

    private void note(Source source, Emission emission) {
        if (emission instanceof Emission.Output e) {
            evidence.output(e.id().value(), source, ByteBuffer.wrap(FakeQuantizedCodec.encode(e.value())));
        } else if (emission instanceof Emission.State e) {
            evidence.states().put(e.id().value(), ByteBuffer.wrap(StateCodec.encode(e.value())));
        } else if (emission instanceof Emission.Qparams e) {
            evidence.qparams().put(e.id().value(), ByteBuffer.wrap(QParamsCodec.encode(e.value())));
        } else if (emission instanceof Emission.DeadLetter) {
            evidence.deadLetters().add(source);
        }
    }

    /** What the topics should hold. */
    Evidence evidence() {
        return evidence;
    }

    long records() {
        return records;
    }
}
