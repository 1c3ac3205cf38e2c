// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * What a record of the dead-letter topic says of itself. Whoever may write there may have written it: nothing of it is
 * taken for granted.
 *
 * @param offset where it lies, {@code partition@offset}
 * @param origin where it was read, {@code topic-partition@offset}
 * @param topic where it was read
 * @param partition where it was read; −1 if it does not say
 * @param tensor its key as text; bytes that are no UTF-8 are replaced
 * @param time of the original record; {@link Instant#EPOCH} if it does not say
 * @param complete whether it has all of the original
 */
public record DeadLetter(
        String offset,
        String reason,
        String stage,
        String message,
        String topic,
        int partition,
        String origin,
        int attempt,
        Instant time,
        String tensor,
        int valueBytes,
        boolean complete) {

    static DeadLetter of(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        Headers headers = record.headers();
        String topic = text(headers, "topic");
        String partition = text(headers, "partition");
        return new DeadLetter(
                record.partition() + "@" + record.offset(),
                text(headers, "reason"),
                text(headers, "stage"),
                text(headers, "message"),
                topic,
                (int) Math.max(-1, Math.min(Integer.MAX_VALUE, number(partition))),
                topic + "-" + partition + "@" + text(headers, "offset"),
                DeadLetterRecord.attempt(headers),
                Instant.ofEpochMilli(Math.max(0, number(text(headers, "timestamp")))),
                record.key() == null
                        ? ""
                        : printable(StandardCharsets.UTF_8
                                .decode(record.key().duplicate())
                                .toString()),
                record.value() == null ? 0 : record.value().remaining(),
                headers.lastHeader(DeadLetterRecord.ERROR_HEADERS + "value-bytes-left-out") == null
                        && headers.lastHeader(DeadLetterRecord.ERROR_HEADERS + "header-bytes-left-out") == null
                        && headers.lastHeader(DeadLetterRecord.ERROR_HEADERS + "key-bytes-left-out") == null);
    }

    private static String text(Headers headers, String name) {
        Header header = headers.lastHeader(DeadLetterRecord.ERROR_HEADERS + name);
        return header == null || header.value() == null
                ? "?"
                : printable(new String(header.value(), StandardCharsets.UTF_8));
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** It ends up on a terminal. */
    private static String printable(String text) {
        String cut = text.length() > 600 ? text.substring(0, 600) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
