// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.avro.ChunkHeader;
import io.quantflux.avro.FakeQuantizedCodec;
import io.quantflux.avro.LargeMessage;
import io.quantflux.avro.SourcePosition;
import io.quantflux.streaming.shard.Emission;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Outputs and dead letters of chunked tensors, as records made one by one when they are sent: never all in memory. */
final class ChunkEncoder {
    private static final int FRONT = 1024;

    private final RecordEncoder records;
    private final String topic;
    private final String producer;
    private final int maxRecordBytes;
    private final int chunkBytes;

    /**
     * @param producer what the chunks say who sends them
     * @param maxRecordBytes a larger output is cut
     * @param chunkBytes into chunks of this size
     */
    ChunkEncoder(RecordEncoder records, String topic, String producer, int maxRecordBytes, int chunkBytes) {
        this.records = records;
        this.topic = topic;
        this.producer = producer;
        this.maxRecordBytes = maxRecordBytes;
        this.chunkBytes = chunkBytes;
    }

    /** The chunks of an output; none if it fits a record. */
    List<Supplier<ProducerRecord<byte[], byte[]>>> output(Emission.Output output) {
        long payload = output.value().tensor().data().remaining();
        if (payload + FRONT <= maxRecordBytes) {
            return List.of();
        }
        LargeMessage message = FakeQuantizedCodec.large(output.value());
        if (message.bytes() <= maxRecordBytes) {
            return List.of();
        }
        byte[] key = output.id().value().getBytes(StandardCharsets.UTF_8);
        SourcePosition source = output.value().source();
        String name = source.partition() + "@" + source.offset();
        ChunkHeader first = ChunkHeader.of(producer, name, 0, message.bytes(), message.crc32(), chunkBytes);
        return IntStream.range(0, first.count())
                .<Supplier<ProducerRecord<byte[], byte[]>>>mapToObj(index -> () -> chunk(key, message, first, index))
                .toList();
    }

    private ProducerRecord<byte[], byte[]> chunk(byte[] key, LargeMessage message, ChunkHeader first, int index) {
        ChunkHeader header =
                ChunkHeader.of(first.producer(), first.message(), index, first.bytes(), first.crc32(), first.size());
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, key, message.copy(header.at(), header.length()));
        header.write((name, value) -> record.headers().add(name, value));
        return record;
    }

    /** A dead letter for each chunk. */
    List<Supplier<ProducerRecord<byte[], byte[]>>> deadLetters(
            Emission.DeadLetter letter, List<ConsumerRecord<ByteBuffer, ByteBuffer>> chunks) {
        List<Supplier<ProducerRecord<byte[], byte[]>>> letters = new ArrayList<>();
        for (ConsumerRecord<ByteBuffer, ByteBuffer> chunk : chunks) {
            letters.add(() -> records.encode(letter, chunk));
        }
        return letters;
    }
}
