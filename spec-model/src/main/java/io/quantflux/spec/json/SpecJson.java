// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.Places;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.SpecFields;
import io.quantflux.spec.config.QuantizationConfig;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and writes a {@link QuantizationSpec}, and reads a {@link QuantizationConfig}, as JSON with the reference's keys. */
public final class SpecJson {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private SpecJson() {}

    /**
     * {@return a spec from JSON}
     *
     * @param json at most one object
     * @throws InvalidSpecException if the text is no JSON object or a field of it is wrong
     */
    public static QuantizationSpec read(String json) {
        return SpecFields.read(tree(json));
    }

    /**
     * {@return a config from JSON}
     *
     * @param json at most one object
     * @throws InvalidSpecException if the text is no JSON object or something in it is wrong
     */
    public static QuantizationConfig readConfig(String json) {
        return QuantizationConfig.read(tree(json));
    }

    /**
     * {@return an object as plain Java values}
     *
     * @param json at most one object
     * @throws InvalidSpecException if the text is no JSON object
     */
    public static Map<String, @Nullable Object> tree(String json) {
        Map<String, @Nullable Object> fields;
        try {
            fields = JSON.readValue(json, new TypeReference<Map<String, @Nullable Object>>() {});
        } catch (JsonProcessingException e) {
            throw JsonTrouble.refusal(json, e);
        }
        if (fields == null) {
            throw new InvalidSpecException("json", null, "must be an object");
        }
        return fields;
    }

    /**
     * Where the fields of a text stand, for errors that name one of them.
     *
     * @param json a text that {@link #tree} reads
     * @return the places of keys and list items; counted from 1
     */
    public static Places places(String json) {
        return JsonPlaces.of(json);
    }

    /**
     * {@return the compact JSON with every standard key; {@link #read} turns it into an equal spec}
     *
     * @param spec to write
     */
    public static String write(QuantizationSpec spec) {
        try {
            return JSON.writeValueAsString(SpecFields.write(spec));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a spec holds only numbers, strings, booleans and lists of them", e);
        }
    }
}
