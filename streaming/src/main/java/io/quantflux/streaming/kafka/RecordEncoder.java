// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.avro.EventCodec;
import io.quantflux.avro.FakeQuantizedCodec;
import io.quantflux.avro.QParamsCodec;
import io.quantflux.avro.ShardStateCodec;
import io.quantflux.avro.StateCodec;
import io.quantflux.client.TopicNames;
import io.quantflux.streaming.shard.Emission;
import io.quantflux.streaming.shard.Shard;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Turns emissions into the records that carry them. */
final class RecordEncoder {
    static final String ERROR_HEADERS = "__quantflux.errors.";
    private static final int MAX_MESSAGE = 512;

    private static final int RESERVE = 4096;

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
     * @param source the input that led to it; a dead letter carries it on, unchanged unless its value is too large for any
     *     record, which the header {@code value-bytes-left-out} then says
     */
    ProducerRecord<byte[], byte[]> encode(Emission emission, ConsumerRecord<ByteBuffer, ByteBuffer> source) {
        if (emission instanceof Emission.Output e) {
            return keyed(topics.fakeQuantized(), e.id().value(), FakeQuantizedCodec.encode(e.value()));
        }
        if (emission instanceof Emission.Event e) {
            return keyed(topics.events(), e.key(), EventCodec.encode(e.value()));
        }
        if (emission instanceof Emission.DeadLetter e) {
            return deadLetter(e, source);
        }
        throw new IllegalArgumentException("is written once a transaction: " + emission);
    }

    ProducerRecord<byte[], byte[]> encode(Emission.Qparams qparams) {
        return keyed(topics.qparams(), qparams.id().value(), QParamsCodec.encode(qparams.value()));
    }

    /** State travels on the changelog partition of its shard's number, whatever its key. */
    ProducerRecord<byte[], byte[]> encode(Emission.State state, int partition) {
        return new ProducerRecord<>(
                topics.state(), partition, utf8(state.id().value()), StateCodec.encode(state.value()));
    }

    ProducerRecord<byte[], byte[]> encode(Emission.Progress progress, int partition) {
        return new ProducerRecord<>(
                topics.state(), partition, utf8(Shard.PROGRESS_KEY), ShardStateCodec.encode(progress.value()));
    }

    private static ProducerRecord<byte[], byte[]> keyed(String topic, String key, byte[] value) {
        return new ProducerRecord<>(topic, utf8(key), value);
    }

    private ProducerRecord<byte[], byte[]> deadLetter(
            Emission.DeadLetter letter, ConsumerRecord<ByteBuffer, ByteBuffer> source) {
        Headers headers = new RecordHeaders();
        for (Header header : source.headers()) {
            if (!header.key().startsWith(ERROR_HEADERS)) { // never trust a forged history
                headers.add(header);
            }
        }
        String message = letter.message();
        String shortened = message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 1) + "…";
        error(headers, "reason", letter.reason().name());
        error(headers, "stage", letter.stage());
        error(headers, "message", shortened);
        error(headers, "topic", source.topic());
        error(headers, "partition", Integer.toString(source.partition()));
        error(headers, "offset", Long.toString(source.offset()));
        error(headers, "timestamp", Long.toString(source.timestamp()));
        byte[] value = bytes(source.value());
        if (value != null
                && size(source, headers) > maxRecordBytes - RESERVE) { // else no transaction would ever commit
            error(headers, "value-bytes-left-out", Integer.toString(value.length));
            value = null;
        }
        return new ProducerRecord<>(topics.deadLetters(), null, null, bytes(source.key()), value, headers);
    }

    private static long size(ConsumerRecord<ByteBuffer, ByteBuffer> source, Headers headers) {
        long size = (long) Math.max(0, source.serializedKeySize()) + Math.max(0, source.serializedValueSize());
        for (Header header : headers) {
            size += header.key().length() * 3L + (header.value() == null ? 0 : header.value().length) + 10;
        }
        return size;
    }

    private static void error(Headers headers, String name, String value) {
        headers.add(ERROR_HEADERS + name, utf8(value));
    }

    private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        return copy;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
