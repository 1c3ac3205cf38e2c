// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import io.quantflux.spec.FloatDType;
import io.quantflux.spec.Formulation;
import io.quantflux.spec.QuantRange;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.Shape;

/** The formulas as written, one element and one index at a time: what the fast forms must equal in every bit. */
public final class ScalarOracle {
    private ScalarOracle() {}

    /** Index of the block of a row-major element. */
    public static int blockOf(Shape tensor, Shape block, int element) {
        int rest = element;
        int index = 0;
        int stride = 1;
        for (int axis = tensor.rank() - 1; axis >= 0; axis--) {
            int position = rest % tensor.dim(axis);
            rest /= tensor.dim(axis);
            index += position / block.dim(axis) * stride;
            stride *= tensor.dim(axis) / block.dim(axis);
        }
        return index;
    }

    /** Quantized and dequantized, float32 operation by operation. */
    public static float fakeQuantize(QuantizationSpec spec, float x, float scale, int zeroPoint, float minval) {
        QuantRange range = spec.quantRange();
        if (spec.dtype() instanceof FloatDType dtype) {
            return nearest(dtype, clamp(x / scale, range)) * scale;
        }
        boolean zp = spec.qformulation() == Formulation.ZP;
        float quantOffset = zp ? zeroPoint : range.min();
        float floatOffset = zp ? 0 : minval;
        float q = (float) Math.rint((x - floatOffset) / scale) + quantOffset;
        return (clamp(q, range) - quantOffset) * scale + floatOffset;
    }

    private static float clamp(float value, QuantRange range) {
        return value < range.min() ? range.min() : value > range.max() ? range.max() : value;
    }

    /** The nearest of all values of a format, by looking at each; the even code wins a tie. */
    public static float nearest(FloatDType dtype, float value) {
        if (Float.isNaN(value)) {
            return value;
        }
        int mantissaBits =
                switch (dtype) {
                    case FLOAT8_E4M3FN -> 3;
                    case FLOAT8_E5M2 -> 2;
                    case FLOAT4_E2M1FN_X2 -> 1;
                };
        int bias =
                switch (dtype) {
                    case FLOAT8_E4M3FN -> 7;
                    case FLOAT8_E5M2 -> 15;
                    case FLOAT4_E2M1FN_X2 -> 1;
                };
        double magnitude = Math.abs((double) value);
        double best = 0;
        int bestCode = 0;
        for (int code = 0; ; code++) {
            int exponent = code >> mantissaBits;
            double fraction = (code & ((1 << mantissaBits) - 1)) / (double) (1 << mantissaBits);
            double candidate =
                    exponent == 0 ? Math.scalb(fraction, 1 - bias) : Math.scalb(1 + fraction, exponent - bias);
            if (candidate > dtype.max()) {
                break;
            }
            double nearer = Math.abs(candidate - magnitude) - Math.abs(best - magnitude);
            if (nearer < 0 || (nearer == 0 && code % 2 == 0 && bestCode % 2 == 1)) {
                best = candidate;
                bestCode = code;
            }
        }
        return Math.copySign((float) best, value);
    }
}
