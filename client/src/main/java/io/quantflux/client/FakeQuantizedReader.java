// SPDX-License-Identifier: Apache-2.0
package io.quantflux.client;

import io.quantflux.avro.ChunkHeader;
import io.quantflux.avro.FakeQuantized;
import io.quantflux.avro.FakeQuantizedCodec;
import io.quantflux.avro.WireFormatException;
import io.quantflux.spec.InvalidSpecException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Turns records of the fake-quantized topic into tensors, those in chunks included. Not thread-safe; one for a consumer.
 *
 * <p>A processor writes the chunks of a tensor in order and in one transaction, so a {@code read_committed} consumer sees all
 * of them or none, perhaps with those of other tensors between them. One that begins in the midst passes over the rest.
 * After a seek, take a new reader.
 */
public final class FakeQuantizedReader {
    private final long maxOpenBytes;
    private final Map<Key, Partial> partials = new HashMap<>();
    private long openBytes;

    /** @param maxOpenBytes what encoded tensors that are put together may take in memory, all that are open */
    public FakeQuantizedReader(long maxOpenBytes) {
        this.maxOpenBytes = maxOpenBytes;
    }

    private record Key(TopicPartition partition, String producer, String message) {}

    /**
     * The tensor that a record completes: its own, or that of which it is the last chunk.
     *
     * @param record of the topic, in the order of its partition
     * @return {@code null} where more chunks have to come
     * @throws WireFormatException if the record is no fake-quantized tensor
     * @throws InvalidSpecException if it is a chunk with wrong headers, one of a tensor for which there is no room, or the last of one
     *     whose bytes are not those that were sent
     */
    public @Nullable FakeQuantized read(ConsumerRecord<?, ByteBuffer> record) {
        ByteBuffer value = record.value();
        if (record.headers().lastHeader(ChunkHeader.MESSAGE) == null) {
            return FakeQuantizedCodec.decode(value);
        }
        ChunkHeader chunk = ChunkHeader.read(name -> header(record, name), value.remaining());
        Key key = new Key(new TopicPartition(record.topic(), record.partition()), chunk.producer(), chunk.message());
        if (chunk.index() == 0) {
            forget(key); // written a second time, by a processor that does not work exactly once
            partials.put(key, begin(chunk));
        }
        Partial partial = partials.get(key);
        if (partial == null || !partial.continuesWith(chunk)) {
            return null; // its first chunks were before the position this consumer began at
        }
        partial.whole.put(value.duplicate());
        partial.next++;
        if (partial.next < chunk.count()) {
            return null;
        }
        forget(key);
        return FakeQuantizedCodec.decode(partial.verified());
    }

    private void forget(Key key) {
        Partial partial = partials.remove(key);
        openBytes -= partial == null ? 0 : partial.first.bytes();
    }

    private Partial begin(ChunkHeader first) {
        if (first.bytes() > maxOpenBytes - openBytes) {
            throw new InvalidSpecException(
                    ChunkHeader.PREFIX + "bytes",
                    first.bytes(),
                    "must be at most " + (maxOpenBytes - openBytes) + ", the room that is left");
        }
        openBytes += first.bytes();
        return new Partial(first);
    }

    private static byte @Nullable [] header(ConsumerRecord<?, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : header.value();
    }

    private static final class Partial {
        private final ChunkHeader first;
        private final ByteBuffer whole;
        private int next;

        Partial(ChunkHeader first) {
            this.first = first;
            whole = ByteBuffer.allocate((int) first.bytes());
        }

        boolean continuesWith(ChunkHeader chunk) {
            return chunk.index() == next
                    && chunk.producer().equals(first.producer())
                    && chunk.message().equals(first.message())
                    && chunk.bytes() == first.bytes()
                    && chunk.crc32() == first.crc32()
                    && chunk.at() == whole.position();
        }

        ByteBuffer verified() {
            CRC32 crc = new CRC32();
            crc.update(whole.flip());
            if (crc.getValue() != first.crc32()) {
                throw new InvalidSpecException(
                        ChunkHeader.PREFIX + "crc32",
                        first.crc32(),
                        "the chunks of " + first.message() + " have " + crc.getValue());
            }
            return whole.rewind();
        }
    }
}
