// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.avro.ChunkHeader;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.streaming.shard.ShardInput;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Tells chunks from whole tensors, by their headers. */
final class ChunkRecords {
    private ChunkRecords() {}

    static ShardInput input(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        if (record.headers().lastHeader(ChunkHeader.MESSAGE) == null) {
            return new ShardInput.TensorArrived(record.offset(), record.key(), record.value());
        }
        ByteBuffer value = record.value();
        try {
            ChunkHeader header = ChunkHeader.read(name -> header(record, name), value == null ? 0 : value.remaining());
            return new ShardInput.ChunkArrived(record.offset(), record.key(), header, null);
        } catch (InvalidSpecException e) {
            return new ShardInput.ChunkArrived(record.offset(), record.key(), null, e.getMessage());
        }
    }

    private static byte @Nullable [] header(ConsumerRecord<ByteBuffer, ByteBuffer> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : header.value();
    }
}
