// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.client.TopicNames;
import io.quantflux.streaming.shard.Emission.DeadLetter;
import io.quantflux.streaming.shard.Emission.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordEncoderTest {
    private static final int MAX_RECORD = 100_000;
    private final RecordEncoder encoder = new RecordEncoder(TopicNames.DEFAULT, MAX_RECORD);

    @Test
    void aLongMessageIsCut() {
        ProducerRecord<byte[], byte[]> letter =
                encoder.encode(new DeadLetter(Reason.DECODE, "decode", "x".repeat(2000)), source(10));
        assertThat(header(letter, "message")).hasSize(512).endsWith("x…");
    }

    @Test
    void aValueThatFitsNoRecordIsLeftOutAndTheLetterSaysSo() {
        DeadLetter tooLarge = new DeadLetter(Reason.TOO_LARGE, "decode", "too large");
        ProducerRecord<byte[], byte[]> fits = encoder.encode(tooLarge, source(MAX_RECORD - 8192));
        ProducerRecord<byte[], byte[]> doesNot = encoder.encode(tooLarge, source(MAX_RECORD));

        assertThat(fits.value()).hasSize(MAX_RECORD - 8192);
        assertThat(fits.headers().lastHeader("__quantflux.errors.value-bytes-left-out"))
                .isNull();
        assertThat(doesNot.value()).isNull();
        assertThat(header(doesNot, "value-bytes-left-out")).isEqualTo("100000");
        assertThat(header(doesNot, "offset")).isEqualTo("42");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "none, 1",
                "'', 1",
                "1, 1",
                "2, 2",
                "100, 100",
                "101, 100",
                "0, 1",
                "-5, 1",
                "many, 1",
                "99999999999999999999, 1"
            })
    void theAttemptIsTheReplaysWithinBounds(@Nullable String claimed, String attempt) {
        ConsumerRecord<ByteBuffer, ByteBuffer> source = source(10);
        if (claimed != null) {
            source.headers().add("__quantflux.errors.attempt", claimed.getBytes(StandardCharsets.UTF_8));
        }
        ProducerRecord<byte[], byte[]> letter = encoder.encode(new DeadLetter(Reason.DECODE, "decode", "x"), source);
        assertThat(header(letter, "attempt")).isEqualTo(attempt);
        assertThat(letter.headers().headers("__quantflux.errors.attempt")).hasSize(1);
        assertThat(header(letter, "app.version")).isNotEmpty();
        assertThat(letter.timestamp()).as("retention would delete it at once").isNull();
        assertThat(header(letter, "timestamp")).isEqualTo("7");
    }

    @Test
    void headersAndAKeyThatFitNoRecordAreLeftOutToo() {
        ConsumerRecord<ByteBuffer, ByteBuffer> headers = source(10);
        headers.headers().add("huge", new byte[MAX_RECORD]);
        ConsumerRecord<ByteBuffer, ByteBuffer> key =
                new ConsumerRecord<>("in", 3, 42, ByteBuffer.allocate(MAX_RECORD), ByteBuffer.allocate(1));
        DeadLetter letter = new DeadLetter(Reason.KEY, "key", "x");

        ProducerRecord<byte[], byte[]> first = encoder.encode(letter, headers);
        assertThat(first.headers().lastHeader("huge")).isNull();
        assertThat(header(first, "value-bytes-left-out")).isEqualTo("10");
        assertThat(Integer.parseInt(header(first, "header-bytes-left-out"))).isGreaterThanOrEqualTo(MAX_RECORD);
        ProducerRecord<byte[], byte[]> second = encoder.encode(letter, key);
        assertThat(second.key()).isNull();
        assertThat(header(second, "key-bytes-left-out")).isEqualTo(Integer.toString(MAX_RECORD));
    }

    @Test
    void aTimeInTheFutureIsLeftToItsHeader() {
        ConsumerRecord<ByteBuffer, ByteBuffer> source = new ConsumerRecord<>(
                "in",
                3,
                42,
                Long.MAX_VALUE,
                TimestampType.CREATE_TIME,
                1,
                1,
                ByteBuffer.allocate(1),
                ByteBuffer.allocate(1),
                new RecordHeaders(),
                Optional.empty());
        ProducerRecord<byte[], byte[]> letter = encoder.encode(new DeadLetter(Reason.KEY, "key", "x"), source);
        assertThat(letter.timestamp()).isNull();
        assertThat(header(letter, "timestamp")).isEqualTo(Long.toString(Long.MAX_VALUE));
    }

    private static ConsumerRecord<ByteBuffer, ByteBuffer> source(int valueBytes) {
        return new ConsumerRecord<>(
                "in",
                3,
                42,
                7,
                TimestampType.CREATE_TIME,
                1,
                valueBytes,
                ByteBuffer.allocate(1),
                ByteBuffer.allocate(valueBytes),
                new RecordHeaders(),
                Optional.empty());
    }

    private static String header(ProducerRecord<byte[], byte[]> letter, String name) {
        Header header = letter.headers().lastHeader("__quantflux.errors." + name);
        assertThat(header).as(name).isNotNull();
        return new String(header.value(), StandardCharsets.UTF_8);
    }
}
