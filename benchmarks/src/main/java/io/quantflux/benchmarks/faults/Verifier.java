// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import io.quantflux.avro.FakeQuantizedCodec;
import io.quantflux.avro.SourcePosition;
import io.quantflux.benchmarks.faults.Evidence.Source;
import io.quantflux.client.TopicNames;
import io.quantflux.streaming.shard.Shard;
import io.quantflux.streaming.shard.ShardSettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The oracle: reads all topics of a quiet processor, replays the log offline, and compares byte for byte.
 *
 * <p>Control commands are no part of it: one that takes effect at once has no place in the log of records.
 */
final class Verifier {
    private final TopicReader reader;
    private final TopicNames topics;
    private final ShardSettings settings;

    Verifier(String bootstrapServers, TopicNames topics, ShardSettings settings) {
        this.reader = new TopicReader(bootstrapServers);
        this.topics = topics;
        this.settings = settings;
    }

    /** @param planted a fault to plant into what was read, or {@link Planted#NOTHING} */
    Verdict verify(Planted planted) {
        Replay replay = new Replay(settings);
        reader.read(topics.activations(), replay::take);
        Evidence actual = planted.in(actual());
        return Comparison.of(replay.evidence(), actual, replay.records());
    }

    private Evidence actual() {
        Evidence actual = Evidence.empty();
        reader.read(topics.fakeQuantized(), record -> {
            SourcePosition at =
                    FakeQuantizedCodec.decode(record.value().duplicate()).source();
            actual.output(key(record), new Source(at.partition(), at.offset()), record.value());
        });
        reader.read(topics.state(), record -> {
            if (!key(record).equals(Shard.PROGRESS_KEY)) {
                actual.states().put(key(record), record.value());
            }
        });
        reader.read(topics.qparams(), record -> actual.qparams().put(key(record), record.value()));
        reader.read(topics.deadLetters(), record -> actual.deadLetters()
                .add(new Source((int) number(record, "partition"), number(record, "offset"))));
        return actual;
    }

    private static String key(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        return StandardCharsets.UTF_8.decode(record.key().duplicate()).toString();
    }

    private static long number(ConsumerRecord<?, ?> letter, String name) {
        Header header = letter.headers().lastHeader("__quantflux.errors." + name);
        if (header == null) {
            throw new IllegalStateException("a dead letter without " + name + ": " + letter.topic() + "-"
                    + letter.partition() + "@" + letter.offset());
        }
        return Long.parseLong(new String(header.value(), StandardCharsets.UTF_8));
    }
}
