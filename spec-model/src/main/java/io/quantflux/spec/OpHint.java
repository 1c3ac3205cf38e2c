// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What made a tensor, where that bounds its values: the spec field {@code op_hint}.
 *
 * <p>The numbers are those that the reference documents for its graph mode. A hint acts where a spec is read, by setting
 * other fields of it; the arithmetic knows nothing of hints, and a written spec shows what the hint has set.
 */
enum OpHint {
    RELU,
    RELU6,
    /** uint8, scale 1/256, zero point 0. */
    SIGMOID,
    /** As {@link #SIGMOID}. */
    HARDSIGMOID,
    /** uint8, scale 2/256, zero point 128. */
    TANH;

    private static OpHint of(@Nullable Object key) {
        return Arrays.stream(values())
                .filter(hint -> hint.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new InvalidSpecException(
                        "op_hint",
                        key,
                        "must be one of "
                                + Arrays.stream(values()).map(OpHint::key).toList()));
    }

    private String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Sets what the hint pins in the fields of a spec.
     *
     * @throws InvalidSpecException if there is no such hint, or a range is given that contradicts it
     */
    static void apply(@Nullable Object key, Map<String, @Nullable Object> fields) {
        OpHint hint = of(key);
        switch (hint) {
            case RELU, RELU6 -> hint.nonNegative(fields);
            case SIGMOID, HARDSIGMOID -> hint.pin(fields, 0, 255.0 / 256);
            case TANH -> hint.pin(fields, -1, 127.0 / 128);
        }
    }

    /** Keeps dtype, scale and upper end to the spec and the data. */
    private void nonNegative(Map<String, @Nullable Object> fields) {
        if (fields.get("dtype") instanceof String dtype && DType.of(dtype) instanceof FloatDType) {
            throw new InvalidSpecException("op_hint", key(), "needs an integer dtype, not " + dtype);
        }
        Object max = null;
        if (fields.get("float_range") instanceof List<?> range && range.size() == 2) {
            if (range.get(0) instanceof Number min && min.doubleValue() != 0) {
                throw new InvalidSpecException("float_range[0]", min, "must be 0 or null under op_hint " + key());
            }
            max = range.get(1);
        } else if (fields.containsKey("float_range")) {
            return; // refused as any wrong range is
        }
        fields.put("qscheme", Scheme.ASYMMETRIC.key());
        fields.put("float_range", Arrays.asList(0, max));
    }

    /**
     * Pins the qparams: asymmetric uint8 over {@code [min, max]}, so that zero and minval are exact in both formulations.
     */
    private void pin(Map<String, @Nullable Object> fields, double min, double max) {
        Object range = fields.get("float_range");
        if (range != null && !range.equals(Arrays.asList(null, null))) {
            throw new InvalidSpecException("float_range", range, "is pinned by op_hint " + key() + "; leave it out");
        }
        fields.put("dtype", IntegerDType.UINT8.key());
        fields.put("qscheme", Scheme.ASYMMETRIC.key());
        fields.put("scale_dtype", null);
        fields.put("float_range", List.of(min, max));
    }
}
