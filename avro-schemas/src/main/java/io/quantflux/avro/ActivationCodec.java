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
        Tensor tensor = activation.tensor();
        ByteBuffer data = tensor.data();
        return FORMAT.encode(
                head(
                        activation.step(),
                        tensor.shape(),
                        tensor.elementType(),
                        activation.spec(),
                        activation.target(),
                        activation.producer(),
                        activation.sequence()),
                data.remaining(),
                payload -> payload.put(data));
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
        if (shape.elements() != values.length) {
            throw new InvalidSpecException(
                    "values", values.length + " values", "shape " + shape + " needs " + shape.elements());
        }
        return FORMAT.encode(
                head(step, shape, ElementType.FLOAT32, spec, target, producer, sequence),
                Math.multiplyExact(values.length, Float.BYTES),
                payload -> payload.asFloatBuffer().put(values));
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
