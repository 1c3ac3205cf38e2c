// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a tensor is quantized to.
 *
 * <p>Closed, because the arithmetic differs by family: {@link IntegerDType} rounds to whole steps around a zero point,
 * {@link FloatDType} casts to the nearest representable value.
 */
public sealed interface DType permits IntegerDType, FloatDType {
    /** {@return the reference's name, for example {@code int8} or {@code float8_e4m3fn}} */
    String key();

    /** {@return the bits of information in one quantized value} */
    int bits();

    /** {@return the reference's name of the dtype that stores a quantized value: {@code int4} is kept in {@code int8}} */
    String targetKey();

    /**
     * {@return the representable values under {@code scheme}}
     *
     * @param scheme symmetric, asymmetric or symmetric with clipping
     */
    QuantRange range(Scheme scheme);

    /**
     * {@return the dtype of that name or alias}
     *
     * @param key as the reference spells it, its aliases included
     * @throws InvalidSpecException for any other name, listing the allowed ones
     */
    static DType of(String key) {
        Map<String, String> aliases = Map.of("float8_e4m3", "float8_e4m3fn", "float4_e2m1fn", "float4_e2m1fn_x2");
        String resolved = aliases.getOrDefault(key, key);
        List<String> allowed = new ArrayList<>();
        for (DType[] family : new DType[][] {IntegerDType.values(), FloatDType.values()}) {
            for (DType dtype : family) {
                if (dtype.key().equals(resolved)) {
                    return dtype;
                }
                allowed.add(dtype.key());
            }
        }
        throw new InvalidSpecException(
                "dtype",
                key,
                "is unsupported. Unsupported dtype: " + key + ". " + Suggestion.of(key, allowed) + "Allowed dtypes: "
                        + String.join(", ", allowed));
    }
}
