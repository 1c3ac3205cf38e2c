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
import org.junit.jupiter.api.Test;

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
