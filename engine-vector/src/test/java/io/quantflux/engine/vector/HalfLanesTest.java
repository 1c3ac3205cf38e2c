// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.engine.kernel.HalfFloats;
import io.quantflux.spec.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every 16 bit value, and floats from everywhere, as the plain casts have them. */
class HalfLanesTest {
    private static final int LENGTH = 4096;
    private static final int START = 3; // no vector begins where an element of its size would

    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "BFLOAT16"})
    void everyHalfIsWidenedToTheSameBits(ElementType type) {
        byte[] from = new byte[START + 2 * LENGTH];
        byte[] to = new byte[4 * LENGTH];
        ByteBuffer halves = ByteBuffer.wrap(from).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer floats = ByteBuffer.wrap(to).order(ByteOrder.LITTLE_ENDIAN);
        for (int first = 0; first < 1 << 16; first += LENGTH - 1) {
            for (int i = 0; i < LENGTH; i++) {
                halves.putShort(START + 2 * i, (short) (first + i));
            }
            HalfLanes.widen(type, from, START, to, LENGTH - 1); // with a rest that fills no vector
            for (int i = 0; i < LENGTH - 1; i++) {
                short half = (short) (first + i);
                float expected =
                        type == ElementType.FLOAT16 ? HalfFloats.fromFloat16(half) : HalfFloats.fromBFloat16(half);
                assertThat(floats.getInt(4 * i))
                        .as("%s of bits %04x", type, half & 0xFFFF)
                        .isEqualTo(Float.floatToRawIntBits(expected));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "BFLOAT16"})
    void floatsAreNarrowedToTheSameBits(ElementType type) {
        byte[] from = new byte[4 * LENGTH];
        byte[] to = new byte[START + 2 * LENGTH];
        ByteBuffer floats = ByteBuffer.wrap(from).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer halves = ByteBuffer.wrap(to).order(ByteOrder.LITTLE_ENDIAN);
        // the neighbourhood of every tie and limit of either format, then a stride through all bits
        for (long round = 0; round < 512; round++) {
            for (int i = 0; i < LENGTH; i++) {
                long n = round * LENGTH + i;
                int bits = round < 256
                        ? (int) ((n / 8 << 16)
                                | (new int[] {0, 1, 0x7FFF, 0x8000, 0x8001, 0x0FFF, 0x1000, 0x1001})[i % 8])
                        : (int) (n * 4099 * 1009);
                floats.putInt(4 * i, bits);
            }
            HalfLanes.narrow(type, from, to, START, LENGTH - 1);
            for (int i = 0; i < LENGTH - 1; i++) {
                float value = floats.getFloat(4 * i);
                short expected =
                        type == ElementType.FLOAT16 ? HalfFloats.toFloat16(value) : HalfFloats.toBFloat16(value);
                if (halves.getShort(START + 2 * i) != expected) { // two million assertions take long
                    assertThat(halves.getShort(START + 2 * i))
                            .as("%s of float bits %08x", type, floats.getInt(4 * i))
                            .isEqualTo(expected);
                }
            }
        }
    }
}
