// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.avro.FakeQuantized;
import io.quantflux.avro.FakeQuantizedCodec;
import io.quantflux.avro.FakeQuantizedDraft;
import io.quantflux.avro.OpenMessage;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.avro.ShardState;
import io.quantflux.avro.TensorEvent;
import io.quantflux.avro.TensorState;
import io.quantflux.avro.WireFormatException;
import io.quantflux.spec.TensorId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a shard wants written for an input; it all commits in the transaction that consumes the input. */
public sealed interface Emission {
    /**
     * A fake-quantized tensor.
     *
     * @param draft the record that its values may have been written to already; {@code null} for none
     */
    record Output(
            TensorId id, FakeQuantized value, @Nullable FakeQuantizedDraft draft) implements Emission {
        /** Where the values lie does not matter. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Output o && id.equals(o.id) && value.equals(o.value);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }

        /** Its record. */
        public byte[] record() {
            byte[] written = draft == null ? null : draft.recordOf(value.tensor());
            return written == null ? FakeQuantizedCodec.encode(value) : written;
        }
    }

    /** The newest qparams of a tensor; a later one in the same transaction replaces it. */
    record Qparams(TensorId id, QParamsUpdate value) implements Emission {}

    /** The newest state of a tensor; a later one in the same transaction replaces it. */
    record State(TensorId id, TensorState value) implements Emission {}

    /** How far the shard has followed the control log; a later one in the same transaction replaces it. */
    record Progress(ShardState value) implements Emission {}

    /**
     * The chunked messages of a tensor that are open now, none if it is empty; a later one in the same transaction replaces
     * it.
     */
    record Chunks(TensorId id, List<OpenMessage> open) implements Emission {}

    /** @param key the tensor id, or the selector of a command that concerns no single tensor */
    record Event(String key, TensorEvent value) implements Emission {}

    /**
     * The input itself, unchanged, to the dead-letter topic; for a message read again, each of its chunks.
     *
     * @param reason a fixed word to count and filter by
     * @param stage where it failed: {@code key, chunk, decode, calibrate, control}
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
        /** A chunk that no message can take: wrong headers, a second one of its number, or one that contradicts the first. */
        CHUNK,
        /** A chunked tensor that was given up before all its chunks had come. */
        INCOMPLETE,
        /** A chunked tensor whose chunks do not add up to what was sent. */
        CORRUPT,
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
