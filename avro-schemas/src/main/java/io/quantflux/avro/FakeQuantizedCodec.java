// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.avro.wire.FakeQuantizedTensor;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** {@link FakeQuantized} as {@code FakeQuantizedTensor}. */
public final class FakeQuantizedCodec {
    private static final RecordFormat<FakeQuantizedTensor> FORMAT =
            new RecordFormat<>(FakeQuantizedTensor.getClassSchema());
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private FakeQuantizedCodec() {}

    public static byte[] encode(FakeQuantized output) {
        ByteBuffer data = output.tensor().data();
        return FORMAT.encode(head(output), data.remaining(), payload -> payload.put(data));
    }

    /**
     * All of a record but the tensor's values.
     *
     * @param bytes of the values
     */
    public static FakeQuantizedDraft draft(
            long step,
            Shape shape,
            ElementType elementType,
            long qparamsVersion,
            String outcome,
            SourcePosition source,
            int bytes) {
        byte[] front = FORMAT.front(head(step, shape, elementType, qparamsVersion, outcome, source), bytes);
        return new FakeQuantizedDraft(Arrays.copyOf(front, Math.addExact(front.length, bytes)), front.length);
    }

    /** The same bytes, not yet in one piece: for a tensor too large for one record. */
    public static LargeMessage large(FakeQuantized output) {
        ByteBuffer data = output.tensor().data();
        return LargeMessage.of(FORMAT.front(head(output), data.remaining()), data);
    }

    private static FakeQuantizedTensor head(FakeQuantized output) {
        Tensor tensor = output.tensor();
        return head(
                output.step(),
                tensor.shape(),
                tensor.elementType(),
                output.qparamsVersion(),
                output.outcome(),
                output.source());
    }

    private static FakeQuantizedTensor head(
            long step,
            Shape shape,
            ElementType elementType,
            long qparamsVersion,
            String outcome,
            SourcePosition source) {
        return new FakeQuantizedTensor(
                step,
                WireValues.shape(shape),
                elementType.key(),
                qparamsVersion,
                outcome,
                WireValues.source(source),
                EMPTY);
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
