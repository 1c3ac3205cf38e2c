// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine.vector;

import io.quantflux.engine.kernel.Sums;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Vectors of float32 in byte arrays. */
final class Lanes {
    static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());
    static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, FLOATS.vectorShape());
    /** Elements in a vector. */
    static final int WIDTH = FLOATS.length();
    /** Bytes in a vector. */
    static final int STEP = 4 * WIDTH;

    static final int BITS = 8 * STEP;

    private static final VarHandle SCALAR =
            MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

    private Lanes() {}

    /** Whether vectors have a size that the loops are written for: two or four make a row of {@code Sums.LANES}. */
    static boolean fit() {
        return WIDTH == 8 || WIDTH == 16;
    }

    static FloatVector vector(byte[] bytes, int at) {
        return ByteVector.fromArray(BYTES, bytes, at).reinterpretAsFloats();
    }

    static void put(FloatVector value, byte[] bytes, int at) {
        value.reinterpretAsBytes().intoArray(bytes, at);
    }

    static float get(byte[] bytes, int at) {
        return (float) SCALAR.get(bytes, at);
    }

    static void set(byte[] bytes, int at, float value) {
        SCALAR.set(bytes, at, value);
    }

    /** The lesser of two, {@code a} where {@code b} is NaN: twice as fast as the operator MIN. */
    static FloatVector lesser(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(VectorOperators.LT, a));
    }

    static FloatVector greater(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(VectorOperators.GT, a));
    }

    /** Within two bounds; NaN stays. */
    static FloatVector clamp(FloatVector t, FloatVector low, FloatVector high) {
        FloatVector above = t.blend(low, t.compare(VectorOperators.LT, low));
        return above.blend(high, above.compare(VectorOperators.GT, high));
    }

    static FloatVector broadcast(float value) {
        return FloatVector.broadcast(FLOATS, value);
    }

    /** {@return the sum of a group from the sums of its lanes, in the order of {@link Sums}} */
    static double sumOfGroup(float[] lanes) {
        for (int i = 0; i < 16; i += WIDTH) {
            FloatVector.fromArray(FLOATS, lanes, i)
                    .add(FloatVector.fromArray(FLOATS, lanes, i + 16))
                    .intoArray(lanes, i);
        }
        return Sums.ofGroup(lanes);
    }
}
