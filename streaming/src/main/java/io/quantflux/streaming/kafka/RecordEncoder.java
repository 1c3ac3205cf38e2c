// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.avro.EventCodec;
import io.quantflux.avro.OpenMessagesCodec;
import io.quantflux.avro.QParamsCodec;
import io.quantflux.avro.ShardStateCodec;
import io.quantflux.avro.StateCodec;
import io.quantflux.client.TopicNames;
import io.quantflux.streaming.shard.Emission;
import io.quantflux.streaming.shard.Shard;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** Turns emissions into the records that carry them. */
final class RecordEncoder {
    private final TopicNames topics;
    private final int maxRecordBytes;

    /** @param maxRecordBytes the largest record that can be written */
    RecordEncoder(TopicNames topics, int maxRecordBytes) {
        this.topics = topics;
        this.maxRecordBytes = maxRecordBytes;
    }

    /**
     * One record for an emission.
     *
     * @param source the input that led to it; a dead letter carries it on
     */
    ProducerRecord<byte[], byte[]> encode(Emission emission, ConsumerRecord<ByteBuffer, ByteBuffer> source) {
        if (emission instanceof Emission.Output e) {
            return keyed(topics.fakeQuantized(), e.id().value(), e.record(), TraceContext.of(source.headers()));
        }
        if (emission instanceof Emission.Event e) {
            return keyed(topics.events(), e.key(), EventCodec.encode(e.value()), TraceContext.of(source.headers()));
        }
        if (emission instanceof Emission.DeadLetter e) {
            return DeadLetterRecord.of(topics.deadLetters(), e, source, maxRecordBytes);
        }
        throw new IllegalArgumentException("is written once a transaction: " + emission);
    }

    /** @param trace of the input that led to it */
    ProducerRecord<byte[], byte[]> encode(Emission.Qparams qparams, List<Header> trace) {
        return keyed(topics.qparams(), qparams.id().value(), QParamsCodec.encode(qparams.value()), trace);
    }

    /** State travels on the changelog partition of its shard's number, whatever its key. */
    ProducerRecord<byte[], byte[]> encode(Emission.State state, int partition) {
        return new ProducerRecord<>(
                topics.state(), partition, utf8(state.id().value()), StateCodec.encode(state.value()));
    }

    /** Where the chunks of a tensor's open messages are; nothing, a tombstone, if there are none. */
    ProducerRecord<byte[], byte[]> encode(Emission.Chunks chunks, int partition) {
        byte[] key = utf8(OpenMessagesCodec.KEY_PREFIX + chunks.id().value());
        byte[] value = chunks.open().isEmpty() ? null : OpenMessagesCodec.encode(chunks.open());
        return new ProducerRecord<>(topics.state(), partition, key, value);
    }

    ProducerRecord<byte[], byte[]> encode(Emission.Progress progress, int partition) {
        return new ProducerRecord<>(
                topics.state(), partition, utf8(Shard.PROGRESS_KEY), ShardStateCodec.encode(progress.value()));
    }

    private static ProducerRecord<byte[], byte[]> keyed(String topic, String key, byte[] value, List<Header> headers) {
        return new ProducerRecord<>(topic, null, null, utf8(key), value, headers);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
