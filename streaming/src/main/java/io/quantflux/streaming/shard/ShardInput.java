// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.avro.ChunkHeader;
import io.quantflux.streaming.chunk.Reading;
import io.quantflux.streaming.chunk.Reassembled;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What a shard folds over, in order: records of its partition, and entries of the control log. */
public sealed interface ShardInput {
    /**
     * A record of the activations topic, as it came.
     *
     * @param offset its offset in the shard's partition
     * @param key UTF-8 tensor id
     * @param value encoded {@code ActivationTensor}
     */
    record TensorArrived(
            long offset, @Nullable ByteBuffer key, @Nullable ByteBuffer value) implements ShardInput {}

    /**
     * A record of the activations topic whose headers make it a chunk of a tensor.
     *
     * @param header what the headers say; {@code null} if they are wrong
     * @param fault why they are, in one line
     */
    record ChunkArrived(
            long offset,
            @Nullable ByteBuffer key,
            @Nullable ChunkHeader header,
            @Nullable String fault) implements ShardInput {}

    /**
     * A message that the shard has asked to have read before it folds {@code cause}.
     *
     * @param cause the input that was to be folded; if the message is complete this is its last chunk, folded with it
     */
    record MessageRead(ShardInput cause, Reading reading, Reassembled message) implements ShardInput {}

    /** An entry of the control log; every shard sees every entry, in the log's order. */
    record CommandArrived(ControlEntry entry) implements ShardInput {}
}
