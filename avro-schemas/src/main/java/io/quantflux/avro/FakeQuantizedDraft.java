// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A {@code FakeQuantizedTensor} record whose values are still to be written, in their place in the record. */
public final class FakeQuantizedDraft {
    private final byte[] record;
    private final int payloadAt;

    FakeQuantizedDraft(byte[] record, int payloadAt) {
        this.record = record;
        this.payloadAt = payloadAt;
    }

    /** Where the values go, little-endian; all of it is to be written. */
    public ByteBuffer payload() {
        return ByteBuffer.wrap(record, payloadAt, record.length - payloadAt)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The whole record, if {@code output} is what was written to {@link #payload()}; {@code null} if it lies elsewhere. */
    public byte @Nullable [] recordOf(Tensor output) {
        ByteBuffer data = output.data();
        boolean here = data.hasArray()
                && data.array() == record
                && data.arrayOffset() == payloadAt
                && data.remaining() == record.length - payloadAt;
        return here ? record : null;
    }
}
