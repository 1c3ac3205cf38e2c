// SPDX-License-Identifier: Apache-2.0
package io.quantflux.client;

import io.quantflux.avro.ChunkHeader;
import io.quantflux.avro.LargeMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Cuts tensors that are too large for one record, as one sender among others. */
final class Chunks {
    private final String sender;
    private final int size;

    /**
     * @param producer whose name the chunks carry; a random part makes it this one's own
     * @param size of a chunk
     */
    Chunks(String producer, int size) {
        String own = UUID.randomUUID().toString();
        sender = producer.isEmpty() ? own : producer.substring(0, Math.min(64, producer.length())) + '-' + own;
        this.size = size;
    }

    /** Whether so many bytes can be cut at all. */
    boolean fit(long bytes) {
        return bytes <= Integer.MAX_VALUE && (bytes + size - 1) / size <= ChunkHeader.MAX_COUNT;
    }

    /** The chunks of a message, in the order in which they are to be sent. */
    List<ProducerRecord<byte[], byte[]>> cut(String topic, byte[] key, long number, LargeMessage message) {
        long crc32 = message.crc32();
        String name = Long.toString(number);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (long at = 0; at < message.bytes(); at += size) {
            ChunkHeader header = ChunkHeader.of(sender, name, records.size(), message.bytes(), crc32, size);
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, message.copy(at, size));
            header.write((title, value) -> record.headers().add(title, value));
            records.add(record);
        }
        return records;
    }

    /** Told of each chunk, it tells once of the whole: acknowledged if all were. */
    static Outbox.Outcome together(int chunks, Outbox.Outcome whole) {
        AtomicInteger open = new AtomicInteger(chunks);
        AtomicReference<Outbox.@Nullable Result> worst = new AtomicReference<>();
        AtomicReference<@Nullable Exception> why = new AtomicReference<>();
        return (result, at, cause) -> {
            if (result != Outbox.Result.ACKNOWLEDGED && worst.compareAndSet(null, result)) {
                why.set(cause);
            }
            if (open.decrementAndGet() == 0) {
                Outbox.Result first = worst.get();
                whole.of(first == null ? Outbox.Result.ACKNOWLEDGED : first, at, why.get());
            }
        };
    }
}
