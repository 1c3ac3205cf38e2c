// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link QuantizationSpec} as a tree of plain values with the reference's keys: what JSON, YAML and records carry.
 *
 * <p>Keys it does not know become {@link QuantizationSpec#extras()} for the registered components, which refuse those
 * that none of them declares. The derived keys that the reference writes ({@code n_bits, target_dtype, quant_min,
 * quant_max}) are accepted where they agree. Two keys of ours are short for others and are not written back: {@code
 * preset} names one of {@link SpecPresets}, whose fields the other keys replace; {@code op_hint} ({@code relu, relu6,
 * sigmoid, hardsigmoid, tanh}) pins what is known of such an output, over whatever the other keys say.
 */
public final class SpecFields {
    private static final List<String> KEYS = List.of(
            "dtype",
            "qscheme",
            "qformulation",
            "granularity",
            "fake_quantize_cls",
            "qparam_calculator_cls",
            "range_calculator_cls",
            "float_range",
            "scale_dtype");
    private static final Set<String> DERIVED = Set.of("n_bits", "target_dtype", "quant_min", "quant_max");

    private SpecFields() {}

    /** {@return the keys every spec has; further ones are the extras of registered components} */
    public static List<String> keys() {
        return KEYS;
    }

    /**
     * Builds a spec; absent keys take the reference's defaults.
     *
     * @param fields keys and plain values, as a JSON or YAML object holds them
     * @return the spec
     * @throws InvalidSpecException naming the first field that is wrong
     */
    public static QuantizationSpec read(Map<String, ? extends @Nullable Object> fields) {
        QuantizationSpec.Builder spec = QuantizationSpec.builder();
        Map<String, @Nullable Object> rest = expanded(fields);
        if (rest.containsKey("dtype")) {
            spec.dtype(DType.of(text(rest, "dtype")));
        }
        if (rest.containsKey("qscheme")) {
            spec.qscheme(Scheme.of(text(rest, "qscheme")));
        }
        if (rest.containsKey("qformulation")) {
            spec.qformulation(Formulation.of(text(rest, "qformulation")));
        }
        if (rest.containsKey("granularity")) {
            spec.granularity(GranularityFields.read(rest.remove("granularity")));
        }
        if (rest.containsKey("fake_quantize_cls")) {
            spec.fakeQuantizeCls(text(rest, "fake_quantize_cls"));
        }
        if (rest.containsKey("qparam_calculator_cls")) {
            spec.qparamCalculatorCls(text(rest, "qparam_calculator_cls"));
        }
        if (rest.containsKey("range_calculator_cls")) {
            spec.rangeCalculatorCls(text(rest, "range_calculator_cls"));
        }
        if (rest.containsKey("float_range")) {
            Object range = rest.remove("float_range");
            if (!(range instanceof List<?> ends) || ends.size() != 2) {
                throw new InvalidSpecException(
                        "float_range", range, "must be a list of two: [min or null, max or null]");
            }
            spec.floatRange(bound("float_range[0]", ends.get(0)), bound("float_range[1]", ends.get(1)));
        }
        if (rest.containsKey("scale_dtype")) {
            spec.scaleDType(scaleDType(rest.remove("scale_dtype")));
        }
        Map<String, Object> derived = new TreeMap<>();
        rest.forEach((key, value) -> {
            if (!(value instanceof Number || value instanceof String || value instanceof Boolean)) {
                throw new InvalidSpecException(
                        key,
                        value instanceof Map ? "an object" : value,
                        "must be a number, a string or a boolean, as further fields are; " + Suggestion.of(key, KEYS)
                                + "fields of every spec are " + KEYS);
            }
            if (DERIVED.contains(key)) {
                derived.put(key, value);
            } else {
                spec.extra(key, value);
            }
        });
        QuantizationSpec built = spec.build();
        derived.forEach((key, value) -> requireDerived(built, key, value));
        return built;
    }

    /**
     * {@return the tree {@link #read} turns into an equal spec, keys in the reference's order}
     *
     * @param spec to write
     */
    public static Map<String, @Nullable Object> write(QuantizationSpec spec) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("dtype", spec.dtype().key());
        fields.put("qscheme", spec.qscheme().key());
        fields.put("qformulation", spec.qformulation().key());
        fields.put("granularity", GranularityFields.write(spec.granularity()));
        fields.put("fake_quantize_cls", spec.fakeQuantizeCls());
        fields.put("qparam_calculator_cls", spec.qparamCalculatorCls());
        fields.put("range_calculator_cls", spec.rangeCalculatorCls());
        List<@Nullable Object> range = new ArrayList<>();
        range.add(spec.floatRange().min());
        range.add(spec.floatRange().max());
        fields.put("float_range", range);
        fields.put("scale_dtype", spec.scaleDType().key());
        fields.putAll(spec.extras());
        return fields;
    }

    /** The fields with a preset's beneath them and what a hint pins above them. */
    private static Map<String, @Nullable Object> expanded(Map<String, ? extends @Nullable Object> fields) {
        Map<String, @Nullable Object> all = new TreeMap<>();
        if (fields.containsKey("preset")) {
            all.putAll(SpecPresets.fields(text(new TreeMap<>(fields), "preset")));
        }
        all.putAll(fields);
        all.remove("preset");
        if (all.containsKey("op_hint")) {
            OpHint.apply(all.remove("op_hint"), all);
        }
        return all;
    }

    private static String text(Map<String, @Nullable Object> fields, String key) {
        Object value = fields.remove(key);
        if (value instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new InvalidSpecException(key, value, "must be a non-empty string");
    }

    private static @Nullable Float bound(String field, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (value instanceof Number number) {
            return number.floatValue();
        }
        throw new InvalidSpecException(field, value, "must be a number or null");
    }

    private static ScaleDType scaleDType(@Nullable Object value) {
        if (value == null) {
            return ScaleDType.FLOAT32;
        }
        if (value.equals("float8_e8m0fnu") || value.equals("float8_e8m0")) {
            return ScaleDType.FLOAT8_E8M0FNU;
        }
        throw new InvalidSpecException("scale_dtype", value, "must be null or float8_e8m0fnu");
    }

    private static void requireDerived(QuantizationSpec spec, String key, Object value) {
        Object expected =
                switch (key) {
                    case "n_bits" -> (double) spec.dtype().bits();
                    case "quant_min" -> (double) spec.quantRange().min();
                    case "quant_max" -> (double) spec.quantRange().max();
                    default -> spec.dtype().targetKey();
                };
        Object actual = value instanceof Number number ? (Object) number.doubleValue() : value;
        if (!expected.equals(actual)) {
            throw new InvalidSpecException(key, value, "is derived and would be " + expected + " here; leave it out");
        }
    }
}
