// SPDX-License-Identifier: Apache-2.0
package io.quantflux.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quantflux.avro.ChunkHeader;
import io.quantflux.avro.FakeQuantized;
import io.quantflux.avro.FakeQuantizedCodec;
import io.quantflux.avro.LargeMessage;
import io.quantflux.avro.SourcePosition;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A reader of fake-quantized tensors puts chunks together")
class FakeQuantizedReaderTest {
    private final FakeQuantizedReader reader = new FakeQuantizedReader(1000);

    @Test
    void ofSeveralTensorsAtOnceAndOthersBetween() {
        FakeQuantized a = output(1);
        FakeQuantized b = output(2);
        List<ConsumerRecord<String, ByteBuffer>> as = chunks(a);
        List<ConsumerRecord<String, ByteBuffer>> bs = chunks(b);
        List<ConsumerRecord<String, ByteBuffer>> records = new ArrayList<>();
        for (int i = 0; i < as.size(); i++) {
            records.add(as.get(i));
            records.add(bs.get(i));
            records.add(record(FakeQuantizedCodec.encode(output(3))));
        }
        Stream<FakeQuantized> read = records.stream().map(reader::read).filter(Objects::nonNull);
        assertThat(read.filter(output -> output.step() < 3)).containsExactly(a, b);
    }

    @Test
    void andPassesOverThoseWhoseBeginningItHasNotSeen() {
        List<ConsumerRecord<String, ByteBuffer>> chunks = chunks(output(1));
        chunks.stream().skip(1).forEach(chunk -> assertThat(reader.read(chunk)).isNull());
    }

    @Test
    void andRefusesBytesThatAreNotThoseThatWereSent() {
        List<ConsumerRecord<String, ByteBuffer>> chunks = chunks(output(1));
        chunks.get(1).value().put(3, (byte) 77);
        assertThatThrownBy(() -> chunks.forEach(reader::read))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("quantflux.chunk.crc32");
    }

    @Test
    void andTakesNoMoreMemoryThanItMay() {
        FakeQuantizedReader small = new FakeQuantizedReader(600);
        assertThat(small.read(chunks(output(1)).get(0))).isNull();
        assertThatThrownBy(() -> small.read(chunks(output(2)).get(0)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("quantflux.chunk.bytes");
    }

    private static FakeQuantized output(long step) {
        float[] values = new float[100];
        Arrays.fill(values, (float) step);
        return new FakeQuantized(step, Tensor.of(Shape.of(100), values), 1, "observed", new SourcePosition(0, step));
    }

    private static List<ConsumerRecord<String, ByteBuffer>> chunks(FakeQuantized output) {
        LargeMessage message = FakeQuantizedCodec.large(output);
        List<ConsumerRecord<String, ByteBuffer>> records = new ArrayList<>();
        for (int index = 0; index * 100L < message.bytes(); index++) {
            ChunkHeader header =
                    ChunkHeader.of("group", "0@" + output.step(), index, message.bytes(), message.crc32(), 100);
            ConsumerRecord<String, ByteBuffer> record = record(message.copy(header.at(), header.length()));
            header.write((name, value) -> record.headers().add(name, value));
            records.add(record);
        }
        return records;
    }

    private static ConsumerRecord<String, ByteBuffer> record(byte[] value) {
        return new ConsumerRecord<>("out", 0, 0, "run/x", ByteBuffer.wrap(value));
    }
}
