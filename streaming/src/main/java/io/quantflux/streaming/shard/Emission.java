// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.avro.FakeQuantized;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.avro.ShardState;
import io.quantflux.avro.TensorEvent;
import io.quantflux.avro.TensorState;
import io.quantflux.avro.WireFormatException;
import io.quantflux.spec.TensorId;

/** What a shard wants written for an input; it all commits in the transaction that consumes the input. */
public sealed interface Emission {
    record Output(TensorId id, FakeQuantized value) implements Emission {}

    /** The newest qparams of a tensor; a later one in the same transaction replaces it. */
    record Qparams(TensorId id, QParamsUpdate value) implements Emission {}

    /** The newest state of a tensor; a later one in the same transaction replaces it. */
    record State(TensorId id, TensorState value) implements Emission {}

    /** How far the shard has followed the control log; a later one in the same transaction replaces it. */
    record Progress(ShardState value) implements Emission {}

    /** @param key the tensor id, or the selector of a command that concerns no single tensor */
    record Event(String key, TensorEvent value) implements Emission {}

    /**
     * The input itself, unchanged, to the dead-letter topic.
     *
     * @param reason a fixed word to count and filter by
     * @param stage where it failed: {@code key, decode, calibrate, control}
     * @param message one line: what was wrong, and what was expected
     */
    record DeadLetter(Reason reason, String stage, String message) implements Emission {}

    /** Why an input became a dead letter. */
    enum Reason {
        /** The key is missing, no UTF-8, or no tensor id. */
        KEY,
        /** No value. */
        EMPTY,
        /** The bytes are no record of a known schema. */
        DECODE,
        /** The record decodes, but a field of it is refused: dtype, shape, spec. */
        INVALID,
        /** The tensor does not fit the state it has, for example another rank. */
        SHAPE,
        /** NaN or infinities under the policy {@code reject}. */
        NON_FINITE,
        /** More tensors than {@code max.tensors.per.partition}. */
        TENSOR_LIMIT,
        /** The record, or the state it would lead to, exceeds {@code max.record.bytes}. */
        TOO_LARGE,
        /** A fault of the processor itself; the message names it. */
        INTERNAL;

        /** Why a record that does not decode is refused. */
        public static Reason of(WireFormatException e) {
            return switch (e.reason()) {
                case EMPTY -> EMPTY;
                case INVALID -> INVALID;
                default -> DECODE;
            };
        }
    }
}
