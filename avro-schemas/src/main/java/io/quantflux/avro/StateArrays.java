// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.avro.wire.NamedArray;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.IntArray;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.NumericArray;
import io.quantflux.spec.QParams;
import io.quantflux.spec.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The named arrays of a calibration state: any name, float32 or int32, so that a new observer needs no new schema. */
final class StateArrays {
    private static final String FLOAT32 = "float32";
    private static final String INT32 = "int32";

    private StateArrays() {}

    static List<NamedArray> toWire(Map<String, NumericArray> arrays) {
        return arrays.entrySet().stream()
                .map(entry -> toWire(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static NamedArray toWire(String name, NumericArray array) {
        ByteBuffer data =
                ByteBuffer.allocate(Math.multiplyExact(array.size(), 4)).order(ByteOrder.LITTLE_ENDIAN);
        String dtype;
        if (array instanceof FloatArray floats) {
            dtype = FLOAT32;
            data.asFloatBuffer().put(floats.toArray());
        } else {
            dtype = INT32;
            data.asIntBuffer().put(((IntArray) array).toArray());
        }
        return new NamedArray(name, dtype, WireValues.shape(array.shape()), data);
    }

    /** @throws InvalidSpecException if an array is not what it says, appears twice, or the qparams among them do not fit */
    static Map<String, NumericArray> toDomain(List<NamedArray> wire) {
        Map<String, NumericArray> arrays = new TreeMap<>();
        for (NamedArray array : wire) {
            if (arrays.put(array.getName(), toDomain(array)) != null) {
                throw new InvalidSpecException("arrays." + array.getName(), "there twice", "names must be unique");
            }
        }
        requireType(arrays, CalibrationState.ZERO_POINT, INT32);
        for (String name : List.of(
                CalibrationState.SCALE,
                CalibrationState.MINVAL,
                CalibrationState.RUNNING_MIN,
                CalibrationState.RUNNING_MAX)) {
            requireType(arrays, name, FLOAT32);
        }
        if (arrays.get(CalibrationState.SCALE) instanceof FloatArray scale) {
            new QParams(scale, (IntArray) arrays.get(CalibrationState.ZERO_POINT), (FloatArray)
                    arrays.get(CalibrationState.MINVAL));
        }
        return arrays;
    }

    private static NumericArray toDomain(NamedArray wire) {
        String field = "arrays." + wire.getName();
        Shape shape = WireValues.shape(wire.getShape());
        ByteBuffer data = wire.getData().order(ByteOrder.LITTLE_ENDIAN);
        if (shape.elements() > Integer.MAX_VALUE / 4 || shape.elements() * 4 != data.remaining()) {
            throw new InvalidSpecException(
                    field, data.remaining() + " bytes", "shape " + shape + " needs 4 for each of " + shape.elements());
        }
        switch (wire.getDtype()) {
            case FLOAT32 -> {
                float[] values = new float[(int) shape.elements()];
                data.asFloatBuffer().get(values);
                return FloatArray.of(shape, values);
            }
            case INT32 -> {
                int[] values = new int[(int) shape.elements()];
                data.asIntBuffer().get(values);
                return IntArray.of(shape, values);
            }
            default -> throw new InvalidSpecException(field + ".dtype", wire.getDtype(), "must be float32 or int32");
        }
    }

    private static void requireType(Map<String, NumericArray> arrays, String name, String dtype) {
        NumericArray array = arrays.get(name);
        if (array != null && array instanceof FloatArray != dtype.equals(FLOAT32)) {
            throw new InvalidSpecException(
                    "arrays." + name + ".dtype", dtype.equals(FLOAT32) ? INT32 : FLOAT32, "must be " + dtype);
        }
    }
}
