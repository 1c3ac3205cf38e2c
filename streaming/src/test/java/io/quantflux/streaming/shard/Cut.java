// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.avro.Activation;
import io.quantflux.avro.ActivationCodec;
import io.quantflux.avro.ChunkHeader;
import io.quantflux.avro.LargeMessage;
import java.util.List;

/** An activation cut into chunks, and what a test does with one of them. */
record Cut(String id, String producer, String message, LargeMessage bytes, int size) {
    static Cut of(String id, String producer, String message, Activation activation, int size) {
        return new Cut(id, producer, message, ActivationCodec.large(activation), size);
    }

    int count() {
        return header(0).count();
    }

    ChunkHeader header(int index) {
        return ChunkHeader.of(producer, message, index, bytes.bytes(), bytes.crc32(), size);
    }

    byte[] value(int index) {
        return bytes.copy(header(index).at(), header(index).length());
    }

    List<Emission> send(ShardJournal journal, int index) {
        return journal.chunk(id, header(index), value(index));
    }
}
