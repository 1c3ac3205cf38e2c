// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The headers of a chunk")
class ChunkHeaderTest {

    @ParameterizedTest
    @CsvSource({"10, 4", "12, 4", "1, 4", "4, 4", "5, 1"})
    void sayAllThatIsNeededToPutTheMessageTogether(long bytes, int size) {
        int count = ChunkHeader.of("p", "m", 0, bytes, 7, size).count();
        long at = 0;
        for (int index = 0; index < count; index++) {
            ChunkHeader header = ChunkHeader.of("p", "m", index, bytes, 7, size);
            assertThat(header.at()).isEqualTo(at);
            at += header.length();
            ChunkHeader read = ChunkHeader.read(written(header)::get, header.length());
            assertThat(read.at()).isEqualTo(header.at());
            assertThat(read.length()).isEqualTo(header.length());
            assertThat(read.count()).isEqualTo(count);
        }
        assertThat(at).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "index, -1, quantflux.chunk.index",
        "index, 3, quantflux.chunk.index",
        "index, x, quantflux.chunk.index",
        "index, 99999999999, quantflux.chunk.index",
        "count, 0, quantflux.chunk.count",
        "count, 4, quantflux.chunk.count",
        "count, 16385, quantflux.chunk.count",
        "bytes, 13, quantflux.chunk.count",
        "bytes, 8, quantflux.chunk.count",
        "bytes, 99999999999, quantflux.chunk.bytes",
        "crc32, 4294967296, quantflux.chunk.crc32",
        "crc32, 0x1, quantflux.chunk.crc32",
        "producer, '', quantflux.chunk.producer",
        "message, '', quantflux.chunk.message"
    })
    void areRefusedByNameIfOneIsWrong(String header, String value, String named) {
        Map<String, byte[]> headers = written(ChunkHeader.of("p", "m", 1, 10, 7, 4));
        headers.put(ChunkHeader.PREFIX + header, value.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> ChunkHeader.read(headers::get, 4))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"producer", "message", "index", "count", "bytes", "crc32"})
    void areAllNeeded(String name) {
        Map<String, byte[]> headers = written(ChunkHeader.of("p", "m", 1, 10, 7, 4));
        headers.remove(ChunkHeader.PREFIX + name);
        assertThatThrownBy(() -> ChunkHeader.read(headers::get, 4))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining(ChunkHeader.PREFIX + name);
    }

    @Test
    void fitTheLengthOfTheChunk() {
        Map<String, byte[]> last = written(ChunkHeader.of("p", "m", 2, 10, 7, 4));
        for (int length : new int[] {0, 1, 3, 11}) {
            assertThatThrownBy(() -> ChunkHeader.read(last::get, length))
                    .as("length %d", length)
                    .isInstanceOf(InvalidSpecException.class);
        }
        Map<String, byte[]> first = written(ChunkHeader.of("p", "m", 0, 10, 7, 4));
        for (int length : new int[] {0, 3, 5, 10}) {
            assertThatThrownBy(() -> ChunkHeader.read(first::get, length))
                    .as("length %d", length)
                    .isInstanceOf(InvalidSpecException.class);
        }
    }

    @Test
    void aMessageInPiecesIsTheEncodedRecord() {
        byte[] whole = ActivationCodec.encode(Examples.ACTIVATION);
        LargeMessage large = ActivationCodec.large(Examples.ACTIVATION);
        CRC32 crc = new CRC32();
        crc.update(whole);
        assertThat(large.bytes()).isEqualTo(whole.length);
        assertThat(large.crc32()).isEqualTo(crc.getValue());
        for (int size = 1; size <= whole.length + 1; size++) {
            ByteArrayOutputStream pieces = new ByteArrayOutputStream();
            for (long at = 0; at < whole.length; at += size) {
                pieces.writeBytes(large.copy(at, size));
            }
            assertThat(pieces.toByteArray()).as("size %d", size).isEqualTo(whole);
        }
        float[] values = {1, -2, Float.NaN, 4};
        byte[] encoded = ActivationCodec.encode(3, Shape.of(4), values, null, QuantizationTarget.WEIGHT, "p", 5);
        LargeMessage large4 = ActivationCodec.large(3, Shape.of(4), values, null, QuantizationTarget.WEIGHT, "p", 5);
        for (int from = 0; from < encoded.length; from++) {
            assertThat(large4.copy(from, 7))
                    .as("from %d", from)
                    .isEqualTo(Arrays.copyOfRange(encoded, from, Math.min(from + 7, encoded.length)));
        }
        assertThat(FakeQuantizedCodec.large(Examples.FAKE_QUANTIZED).copy(0, 1 << 20))
                .isEqualTo(FakeQuantizedCodec.encode(Examples.FAKE_QUANTIZED));
    }

    private static Map<String, byte[]> written(ChunkHeader header) {
        Map<String, byte[]> headers = new HashMap<>();
        header.write(headers::put);
        return headers;
    }
}
