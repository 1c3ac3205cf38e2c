// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.avro.wire.ActivationTensor;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** {@link Activation} as {@code ActivationTensor}. */
public final class ActivationCodec {
    private static final RecordFormat<ActivationTensor> FORMAT = new RecordFormat<>(ActivationTensor.getClassSchema());
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private ActivationCodec() {}

    public static byte[] encode(Activation activation) {
        ByteBuffer data = activation.tensor().data();
        return FORMAT.encode(head(activation), data.remaining(), payload -> payload.put(data));
    }

    /** The same bytes, not yet in one piece: for a tensor too large for one record. */
    public static LargeMessage large(Activation activation) {
        ByteBuffer data = activation.tensor().data();
        return LargeMessage.of(FORMAT.front(head(activation), data.remaining()), data);
    }

    private static ActivationTensor head(Activation activation) {
        Tensor tensor = activation.tensor();
        return head(
                activation.step(),
                tensor.shape(),
                tensor.elementType(),
                activation.spec(),
                activation.target(),
                activation.producer(),
                activation.sequence());
    }

    /**
     * Encodes a float32 activation straight from a trainer's array, with a single copy of the values.
     *
     * @param values as many as {@code shape} has elements, row-major; only read
     * @throws InvalidSpecException if shape and values disagree
     */
    public static byte[] encode(
            long step,
            Shape shape,
            float[] values,
            @Nullable QuantizationSpec spec,
            QuantizationTarget target,
            String producer,
            long sequence) {
        requireFit(shape, values);
        return FORMAT.encode(
                head(step, shape, ElementType.FLOAT32, spec, target, producer, sequence),
                Math.multiplyExact(values.length, Float.BYTES),
                payload -> payload.asFloatBuffer().put(values));
    }

    /** As {@link #encode(long, Shape, float[], QuantizationSpec, QuantizationTarget, String, long)}, not yet in one piece. */
    public static LargeMessage large(
            long step,
            Shape shape,
            float[] values,
            @Nullable QuantizationSpec spec,
            QuantizationTarget target,
            String producer,
            long sequence) {
        requireFit(shape, values);
        int bytes = Math.multiplyExact(values.length, Float.BYTES);
        return LargeMessage.of(
                FORMAT.front(head(step, shape, ElementType.FLOAT32, spec, target, producer, sequence), bytes), values);
    }

    private static void requireFit(Shape shape, float[] values) {
        if (shape.elements() != values.length) {
            throw new InvalidSpecException(
                    "values", values.length + " values", "shape " + shape + " needs " + shape.elements());
        }
    }

    /**
     * The tensor shares the record's bytes.
     *
     * @throws WireFormatException if the record is no activation
     */
    public static Activation decode(ByteBuffer bytes) {
        return FORMAT.decode(
                bytes,
                wire -> new Activation(
                        wire.getStep(),
                        WireValues.tensor(wire.getShape(), wire.getDtype(), wire.getData()),
                        wire.getSpec() == null ? null : WireValues.spec(wire.getSpec()),
                        QuantizationTarget.of(wire.getTarget()),
                        wire.getProducer(),
                        wire.getSequence()));
    }

    private static ActivationTensor head(
            long step,
            Shape shape,
            ElementType dtype,
            @Nullable QuantizationSpec spec,
            QuantizationTarget target,
            String producer,
            long sequence) {
        return new ActivationTensor(
                step,
                WireValues.shape(shape),
                dtype.key(),
                spec == null ? null : WireValues.spec(spec),
                target.key(),
                producer,
                sequence,
                EMPTY);
    }
}
