// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import static io.quantflux.engine.vector.Lanes.INTS;
import static io.quantflux.engine.vector.Lanes.WIDTH;

import io.quantflux.engine.kernel.HalfFloats;
import io.quantflux.spec.ElementType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The casts of {@link HalfFloats} between bytes of 16 bit formats and of float32, a vector at a time. */
final class HalfLanes {
    private static final VectorShape HALF = VectorShape.forBitSize(Lanes.BITS / 2);
    private static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, HALF);
    private static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, HALF);
    private static final VarHandle SCALAR =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int INFINITY32 = 0x7F800000;
    private static final float TWO_POW_112 = 0x1p112f;

    private HalfLanes() {}

    /** Widens {@code count} elements, exactly. */
    static void widen(ElementType type, byte[] from, int at, byte[] to, int count) {
        boolean ieee = type == ElementType.FLOAT16;
        int done = ieee ? loopWidenFloat16(from, at, to, count) : loopWidenBFloat16(from, at, to, count);
        for (int i = done; i < count; i++) {
            short half = (short) SCALAR.get(from, at + 2 * i);
            Lanes.set(to, 4 * i, ieee ? HalfFloats.fromFloat16(half) : HalfFloats.fromBFloat16(half));
        }
    }

    private static int loopWidenBFloat16(byte[] from, int at, byte[] to, int count) {
        int i = 0;
        for (; i <= count - WIDTH; i += WIDTH) {
            ints(from, at + 2 * i)
                    .lanewise(VectorOperators.LSHL, 16)
                    .reinterpretAsBytes()
                    .intoArray(to, 4 * i);
        }
        return i;
    }

    private static int loopWidenFloat16(byte[] from, int at, byte[] to, int count) {
        int i = 0;
        for (; i <= count - WIDTH; i += WIDTH) {
            IntVector half = ints(from, at + 2 * i);
            IntVector magnitude = half.lanewise(VectorOperators.AND, 0x7FFF).lanewise(VectorOperators.LSHL, 13);
            IntVector sign = half.lanewise(VectorOperators.AND, 0x8000).lanewise(VectorOperators.LSHL, 16);
            IntVector finite = magnitude.reinterpretAsFloats().mul(TWO_POW_112).reinterpretAsInts();
            IntVector special = magnitude.lanewise(VectorOperators.OR, INFINITY32);
            finite.blend(special, magnitude.compare(VectorOperators.GE, 0x7C00 << 13))
                    .lanewise(VectorOperators.OR, sign)
                    .reinterpretAsBytes()
                    .intoArray(to, 4 * i);
        }
        return i;
    }

    /** Narrows {@code count} elements to the nearest, ties to even. */
    static void narrow(ElementType type, byte[] from, byte[] to, int at, int count) {
        boolean ieee = type == ElementType.FLOAT16;
        int done = ieee ? loopNarrowFloat16(from, to, at, count) : loopNarrowBFloat16(from, to, at, count);
        for (int i = done; i < count; i++) {
            float value = Lanes.get(from, 4 * i);
            SCALAR.set(to, at + 2 * i, ieee ? HalfFloats.toFloat16(value) : HalfFloats.toBFloat16(value));
        }
    }

    private static int loopNarrowBFloat16(byte[] from, byte[] to, int at, int count) {
        int i = 0;
        for (; i <= count - WIDTH; i += WIDTH) {
            IntVector bits = Lanes.vector(from, 4 * i).reinterpretAsInts();
            IntVector upper = bits.lanewise(VectorOperators.LSHR, 16);
            IntVector nearest =
                    bits.add(upper.lanewise(VectorOperators.AND, 1)).add(0x7FFF).lanewise(VectorOperators.LSHR, 16);
            IntVector nan = upper.lanewise(VectorOperators.AND, 0x8000).lanewise(VectorOperators.OR, 0x7FC0);
            put(
                    nearest.blend(
                            nan,
                            bits.lanewise(VectorOperators.AND, 0x7FFFFFFF).compare(VectorOperators.GT, INFINITY32)),
                    to,
                    at + 2 * i);
        }
        return i;
    }

    private static int loopNarrowFloat16(byte[] from, byte[] to, int at, int count) {
        int i = 0;
        for (; i <= count - WIDTH; i += WIDTH) {
            IntVector bits = Lanes.vector(from, 4 * i).reinterpretAsInts();
            IntVector sign = bits.lanewise(VectorOperators.LSHR, 16).lanewise(VectorOperators.AND, 0x8000);
            IntVector magnitude = bits.lanewise(VectorOperators.AND, 0x7FFFFFFF);
            IntVector odd = magnitude.lanewise(VectorOperators.LSHR, 13).lanewise(VectorOperators.AND, 1);
            IntVector normal = magnitude.add(0xFFF - (112 << 23)).add(odd).lanewise(VectorOperators.LSHR, 13);
            // below 2⁻¹⁴ adding 0.5 leaves the bits of a subnormal
            IntVector small = magnitude
                    .reinterpretAsFloats()
                    .add(0.5f)
                    .reinterpretAsInts()
                    .sub(0x3F000000);
            IntVector half = normal.blend(small, magnitude.compare(VectorOperators.LT, 0x38800000));
            half = half.blend(0x7C00, magnitude.compare(VectorOperators.GE, 0x47800000));
            half = half.blend(0x7E00, magnitude.compare(VectorOperators.GT, INFINITY32));
            put(half.lanewise(VectorOperators.OR, sign), to, at + 2 * i);
        }
        return i;
    }

    /** Sixteen bits a lane, with a sign above them: extension by zeros fails on Java 17. */
    private static IntVector ints(byte[] from, int at) {
        ShortVector shorts = ByteVector.fromArray(BYTES, from, at).reinterpretAsShorts();
        return (IntVector) shorts.convertShape(VectorOperators.S2I, INTS, 0);
    }

    private static void put(IntVector halves, byte[] to, int at) {
        ((ShortVector) halves.convertShape(VectorOperators.I2S, SHORTS, 0))
                .reinterpretAsBytes()
                .intoArray(to, at);
    }
}
