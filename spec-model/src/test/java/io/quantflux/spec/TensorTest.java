// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void bytesAreReadInPlaceAndLittleEndian() {
        byte[] record = {9, 9, 0, 0, (byte) 0x80, 0x3F, 0, 0, 0, 0x40, 9};
        Tensor tensor = new Tensor(Shape.of(2), ElementType.FLOAT32, ByteBuffer.wrap(record, 2, 8));
        assertThat(tensor.data().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(tensor.data().getFloat(0)).isEqualTo(1);
        assertThat(tensor.data().getFloat(4)).isEqualTo(2);
        tensor.data().getFloat();
        assertThat(tensor.data().position()).isZero();
    }

    @Test
    void shapeAndDataMustAgree() {
        assertThatThrownBy(() -> new Tensor(Shape.of(2, 2), ElementType.FLOAT16, ByteBuffer.allocate(7)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessage("data was 7 bytes but a 2x2 tensor of float16 needs 2 bytes for each of its 4 elements");
        assertThatThrownBy(() ->
                        new Tensor(Shape.of(1 << 20, 1 << 20, 1 << 20), ElementType.FLOAT32, ByteBuffer.allocate(0)))
                .hasMessageContaining("data was 0 bytes");
    }

    @Test
    void arraysAreComparedBitByBit() {
        FloatArray zero = FloatArray.of(Shape.of(1), 0f);
        assertThat(zero).isNotEqualTo(FloatArray.of(Shape.of(1), -0f)).isNotEqualTo(FloatArray.of(Shape.SCALAR, 0f));
        assertThat(FloatArray.of(Shape.of(1), Float.NaN)).isEqualTo(FloatArray.of(Shape.of(1), Float.NaN));
        assertThatThrownBy(() -> FloatArray.of(Shape.of(2), 1f)).hasMessageContaining("shape 2 needs 2");
        assertThatThrownBy(() -> IntArray.of(Shape.of(2), 1)).hasMessageContaining("shape 2 needs 2");
        assertThat(IntArray.of(Shape.of(2), 1, 2)).isEqualTo(IntArray.of(Shape.of(2), 1, 2));
    }

    @Test
    void qparamsHaveOneShapeAndBothOffsetsOrNone() {
        FloatArray scale = FloatArray.of(Shape.of(1), 1f);
        IntArray zeroPoint = IntArray.of(Shape.of(1), 0);
        assertThatThrownBy(() -> new QParams(scale, zeroPoint, null)).hasMessageContaining("together with minval");
        assertThatThrownBy(() -> new QParams(scale, IntArray.of(Shape.of(2), 0, 0), scale))
                .hasMessage("zero_point was 2 but must have the shape of scale, 1");
        assertThat(new QParams(scale, null, null).shape()).isEqualTo(Shape.of(1));
    }
}
