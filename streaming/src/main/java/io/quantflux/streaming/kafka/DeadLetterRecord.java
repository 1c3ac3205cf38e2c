// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.shard.Emission;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The record of a dead letter: key, value, headers and, where it is safe, timestamp as they came, and {@code __quantflux.errors.*} headers,
 * UTF-8 text each. What came in under such a name is not trusted: it is left out, and of the attempt alone is taken what
 * makes sense.
 */
final class DeadLetterRecord {
    static final String ERROR_HEADERS = "__quantflux.errors.";
    static final String ATTEMPT = ERROR_HEADERS + "attempt";
    static final int MAX_ATTEMPT = 100;

    private static final int MAX_MESSAGE = 512;
    private static final int RESERVE = 4096;
    private static final long OLD_MS = Duration.ofDays(1).toMillis();
    private static final String VERSION = version();

    private DeadLetterRecord() {}

    /**
     * Builds the record.
     *
     * @param maxRecordBytes what does not fit is left out, the value first, then the headers, then the key, and {@code
     *     …-bytes-left-out} says how much: a record that cannot be written would hold up its partition for ever
     */
    static ProducerRecord<byte[], byte[]> of(
            String topic,
            Emission.DeadLetter letter,
            ConsumerRecord<ByteBuffer, ByteBuffer> source,
            int maxRecordBytes) {
        Headers errors = errors(letter, source);
        Headers headers = new RecordHeaders();
        for (Header header : source.headers()) {
            if (!header.key().startsWith(ERROR_HEADERS)) {
                headers.add(header);
            }
        }
        byte[] key = bytes(source.key());
        byte[] value = bytes(source.value());
        long room = maxRecordBytes - (long) RESERVE - size(errors);
        if (value != null && size(key) + size(value) + size(headers) > room) {
            leftOut(errors, "value", value.length);
            value = null;
        }
        if (size(key) + size(value) + size(headers) > room) {
            leftOut(errors, "header", size(headers));
            headers = new RecordHeaders();
        }
        if (key != null && size(key) > room) {
            leftOut(errors, "key", key.length);
            key = null;
        }
        for (Header error : errors) {
            headers.add(error);
        }
        return new ProducerRecord<>(topic, null, timestamp(source), key, value, headers);
    }

    private static Headers errors(Emission.DeadLetter letter, ConsumerRecord<ByteBuffer, ByteBuffer> source) {
        Headers errors = new RecordHeaders();
        String message = letter.message();
        add(errors, "reason", letter.reason().name());
        add(errors, "stage", letter.stage());
        add(errors, "message", message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 1) + "…");
        add(errors, "topic", source.topic());
        add(errors, "partition", Integer.toString(source.partition()));
        add(errors, "offset", Long.toString(source.offset()));
        add(errors, "timestamp", Long.toString(source.timestamp()));
        add(errors, "attempt", Integer.toString(attempt(source.headers())));
        add(errors, "app.version", VERSION);
        return errors;
    }

    /** Which attempt a record is: what a replay says, 1 without it, never below 1 or above {@value #MAX_ATTEMPT}. */
    static int attempt(Headers headers) {
        Header header = headers.lastHeader(ATTEMPT);
        if (header == null || header.value() == null || header.value().length > 9) {
            return 1;
        }
        try {
            int attempt = Integer.parseInt(new String(header.value(), StandardCharsets.UTF_8));
            return Math.max(1, Math.min(MAX_ATTEMPT, attempt));
        } catch (NumberFormatException e) {
            return 1;
        }
    }

    /**
     * As it came; but a topic may refuse a time in the future, so that no transaction would commit, and its retention would
     * delete an old one at once: those are in the header only.
     */
    private static @Nullable Long timestamp(ConsumerRecord<ByteBuffer, ByteBuffer> source) {
        long timestamp = source.timestamp();
        long now = System.currentTimeMillis();
        return timestamp < now - OLD_MS || timestamp > now ? null : (Long) timestamp;
    }

    private static void leftOut(Headers errors, String what, long bytes) {
        add(errors, what + "-bytes-left-out", Long.toString(bytes));
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(ERROR_HEADERS + name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static long size(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static long size(Headers headers) {
        long size = 0;
        for (Header header : headers) {
            size += header.key().length() * 3L + size(header.value()) + 10;
        }
        return size;
    }

    private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        return copy;
    }

    private static String version() {
        String version = DeadLetterRecord.class.getPackage().getImplementationVersion();
        return version == null ? "(development)" : version;
    }
}
