// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

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

    /** An entry of the control log; every shard sees every entry, in the log's order. */
    record CommandArrived(ControlEntry entry) implements ShardInput {}
}
