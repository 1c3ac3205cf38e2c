// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.avro.ChunkHeader;
import io.quantflux.avro.OpenMessage;
import io.quantflux.spec.TensorId;
import io.quantflux.streaming.chunk.OpenMessages;
import io.quantflux.streaming.chunk.Reading;
import io.quantflux.streaming.shard.Emission.DeadLetter;
import io.quantflux.streaming.shard.Emission.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A shard's chunked tensors up to the moment one is complete: each chunk is noted, refused, or leads to a reading. */
final class ChunkIntake {
    private final OpenMessages open;
    private final int maxRecordBytes;

    ChunkIntake(OpenMessages open, int maxRecordBytes) {
        this.open = open;
        this.maxRecordBytes = maxRecordBytes;
    }

    /** A message to give up before the record at that offset is folded. */
    @Nullable
    Reading overdue(long offset) {
        return open.overdue(offset);
    }

    /** What has to be read before a chunk is folded. */
    @Nullable
    Reading awaited(TensorId id, ShardInput.ChunkArrived chunk) {
        Reading overdue = open.overdue(chunk.offset());
        if (overdue != null) {
            return overdue;
        }
        ChunkHeader header = chunk.header();
        return header == null || refusal(id, chunk) != null ? null : open.awaited(id, header, chunk.offset());
    }

    /** Notes where a chunk is, or refuses it; not for one that completes its message. */
    List<Emission> take(TensorId id, ShardInput.ChunkArrived chunk) {
        DeadLetter refusal = refusal(id, chunk);
        if (refusal != null || chunk.header() == null) {
            return refusal == null ? List.of() : List.of(refusal);
        }
        open.add(id, chunk.header(), chunk.offset());
        return List.of(new Emission.Chunks(id, open.of(id)));
    }

    private @Nullable DeadLetter refusal(TensorId id, ShardInput.ChunkArrived chunk) {
        ChunkHeader header = chunk.header();
        if (header == null) {
            return new DeadLetter(Reason.CHUNK, "chunk", String.valueOf(chunk.fault()));
        }
        if (header.length() > maxRecordBytes) {
            return new DeadLetter(
                    Reason.TOO_LARGE,
                    "chunk",
                    "the chunk has " + header.length() + " bytes; max.record.bytes is " + maxRecordBytes);
        }
        if (header.bytes() > open.limits().maxMessageBytes()) {
            return new DeadLetter(
                    Reason.TOO_LARGE,
                    "chunk",
                    "the chunks' message has " + header.bytes() + " bytes; max.tensor.bytes is "
                            + open.limits().maxMessageBytes());
        }
        String why = open.refusal(id, header);
        return why == null ? null : new DeadLetter(Reason.CHUNK, "chunk", why);
    }

    /** Forgets a message that was read. */
    Emission done(Reading reading) {
        open.remove(reading.id(), reading.message());
        return new Emission.Chunks(reading.id(), open.of(reading.id()));
    }

    /** Offset of the last chunk of a tensor's open messages, −1 if there are none. */
    long lastOffset(TensorId id) {
        return open.of(id).stream().mapToLong(OpenMessage::lastOffset).max().orElse(-1);
    }
}
