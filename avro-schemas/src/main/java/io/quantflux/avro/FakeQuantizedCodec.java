// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.avro.wire.FakeQuantizedTensor;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;

/** {@link FakeQuantized} as {@code FakeQuantizedTensor}. */
public final class FakeQuantizedCodec {
    private static final RecordFormat<FakeQuantizedTensor> FORMAT =
            new RecordFormat<>(FakeQuantizedTensor.getClassSchema());
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private FakeQuantizedCodec() {}

    public static byte[] encode(FakeQuantized output) {
        Tensor tensor = output.tensor();
        ByteBuffer data = tensor.data();
        FakeQuantizedTensor head = new FakeQuantizedTensor(
                output.step(),
                WireValues.shape(tensor.shape()),
                tensor.elementType().key(),
                output.qparamsVersion(),
                output.outcome(),
                WireValues.source(output.source()),
                EMPTY);
        return FORMAT.encode(head, data.remaining(), payload -> payload.put(data));
    }

    /**
     * The tensor shares the record's bytes.
     *
     * @throws WireFormatException if the record is no fake-quantized tensor
     */
    public static FakeQuantized decode(ByteBuffer bytes) {
        return FORMAT.decode(
                bytes,
                wire -> new FakeQuantized(
                        wire.getStep(),
                        WireValues.tensor(wire.getShape(), wire.getDtype(), wire.getData()),
                        wire.getQparamsVersion(),
                        wire.getOutcome(),
                        WireValues.source(wire.getSource())));
    }
}
