// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.avro.ChunkHeader;
import io.quantflux.avro.OpenMessage;
import io.quantflux.streaming.chunk.Reading;
import io.quantflux.streaming.chunk.Reassembled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chunks of a message once more, into a {@link Workspace}: Kafka is where they are kept.
 *
 * <p>Blocks. One consumer of its own for each message, without a group.
 */
final class ChunkReader {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Records that are read and skipped rather than sought over, which throws away what was fetched ahead. */
    private static final int SKIP = 64;

    private final Clients clients;

    ChunkReader(Clients clients) {
        this.clients = clients;
    }

    /**
     * A message read again.
     *
     * @param chunks its chunks that are still there by offset, as they were received; their values are in the workspace
     */
    record Read(Reassembled message, List<ConsumerRecord<ByteBuffer, ByteBuffer>> chunks) {}

    /** @throws TimeoutException if the partition stays out of reach */
    Read read(TopicPartition partition, Reading reading, Workspace workspace) {
        ChunkHeader head = reading.message().head();
        int bytes = (int) head.bytes();
        try {
            workspace.reserve(bytes, reading.givenUp() == null ? bytes : 0);
        } catch (IOException e) {
            throw new UncheckedIOException("no room for a tensor of " + bytes + " bytes in java.io.tmpdir", e);
        }
        ByteBuffer whole = workspace.input(bytes);
        List<ConsumerRecord<ByteBuffer, ByteBuffer>> chunks = fetch(partition, reading.message(), whole);
        return new Read(
                new Reassembled(whole, fault(reading.message(), chunks.size(), whole), workspace::output), chunks);
    }

    private List<ConsumerRecord<ByteBuffer, ByteBuffer>> fetch(
            TopicPartition partition, OpenMessage message, ByteBuffer whole) {
        TreeMap<Long, Integer> wanted = new TreeMap<>();
        for (int index = 0; index < message.offsets().size(); index++) {
            wanted.put(message.offsets().get(index), index);
        }
        wanted.remove(-1L);
        List<ConsumerRecord<ByteBuffer, ByteBuffer>> chunks = new ArrayList<>();
        KafkaConsumer<ByteBuffer, ByteBuffer> consumer = clients.reader();
        try {
            consumer.assign(List.of(partition));
            long begin = consumer.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
            wanted.headMap(begin).clear(); // retention has taken them
            long position = -SKIP;
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!wanted.isEmpty()) {
                if (wanted.firstKey() - position >= SKIP) {
                    position = wanted.firstKey();
                    consumer.seek(partition, position);
                }
                for (ConsumerRecord<ByteBuffer, ByteBuffer> record : consumer.poll(Duration.ofMillis(100))) {
                    Integer index = wanted.remove(record.offset());
                    if (index != null) {
                        chunks.add(kept(record, message.head(), index, whole));
                    }
                    position = record.offset() + 1;
                    deadline = System.nanoTime() + PATIENCE.toNanos();
                }
                wanted.headMap(Math.max(0, position)).clear();
                if (System.nanoTime() > deadline) {
                    throw new TimeoutException(partition + " @ " + wanted.firstKey() + " cannot be read again");
                }
            }
        } finally {
            consumer.close(Clients.AT_ONCE);
        }
        return chunks;
    }

    /** A chunk as it was received, in memory of its own or the workspace's: the fetched batch is not to stay on the heap. */
    private static ConsumerRecord<ByteBuffer, ByteBuffer> kept(
            ConsumerRecord<ByteBuffer, ByteBuffer> record, ChunkHeader head, int index, ByteBuffer whole) {
        int at = (int) ((long) index * head.size());
        ByteBuffer value = record.value();
        int length = Math.min(value == null ? 0 : value.remaining(), whole.capacity() - at);
        if (value != null) {
            whole.put(at, value, value.position(), length);
        }
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.timestampType(),
                record.serializedKeySize(),
                record.serializedValueSize(),
                copy(record.key()),
                whole.slice(at, length),
                copy(record.headers()),
                record.leaderEpoch());
    }

    private static @Nullable ByteBuffer copy(@Nullable ByteBuffer key) {
        return key == null
                ? null
                : ByteBuffer.allocate(key.remaining()).put(key.duplicate()).flip();
    }

    private static Headers copy(Headers headers) {
        Headers copies = new RecordHeaders();
        for (Header header : headers) {
            var unused = copies.add(header.key(), header.value());
        }
        return copies;
    }

    private static @Nullable String fault(OpenMessage message, int found, ByteBuffer whole) {
        ChunkHeader head = message.head();
        String name = "message " + head.message() + " of producer " + head.producer();
        if (found < head.count() - message.missing()) {
            return name + ": only " + found + " of its " + head.count() + " chunks are still on the topic";
        }
        if (message.missing() > 0) {
            return null;
        }
        CRC32 crc = new CRC32();
        crc.update(whole.duplicate());
        return crc.getValue() == head.crc32()
                ? null
                : name + ": its chunks have crc32 " + crc.getValue() + ", their headers say " + head.crc32();
    }
}
