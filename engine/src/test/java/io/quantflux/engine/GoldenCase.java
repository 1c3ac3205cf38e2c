// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quantflux.spec.ElementType;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Switches;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.json.SpecJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** What the reference computed for one spec and a few tensors in order; made by {@code generate_golden.py}. */
record GoldenCase(String name, QuantizationSpec spec, QuantizationTarget target, List<Step> steps) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Header and cases, read once. */
    private static final List<JsonNode> LINES = lines();

    private static final List<GoldenCase> ALL =
            LINES.stream().skip(1).map(GoldenCase::read).toList();

    /**
     * One pass.
     *
     * @param set switches to set before it
     * @param seen what came of it; {@code null} where the reference answered with {@code error}
     * @param asIs what came of a half-precision tensor that was not widened first, where that was tried
     */
    record Step(
            JsonNode set,
            Tensor x,
            @Nullable Seen seen,
            @Nullable String error,
            @Nullable Seen asIs) {
        Switches apply(Switches before) {
            Switches now = before;
            if (set.has("obs")) {
                now = now.withObserver(set.get("obs").asBoolean());
            }
            if (set.has("fq")) {
                now = now.withFakeQuant(set.get("fq").asBoolean());
            }
            if (set.has("export")) {
                now = now.withExportMode(set.get("export").asBoolean());
            }
            return now;
        }
    }

    /** Mask and quantized values are empty where the pass gave none; the state is the one after it. */
    @SuppressWarnings("ArrayRecordComponent")
    record Seen(Tensor y, byte[] mask, float[] quantized, boolean disabled, Map<String, Array> state) {}

    /** Raw bits of float32 or int32 values. */
    @SuppressWarnings("ArrayRecordComponent")
    record Array(Shape shape, int[] bits) {}

    /** Versions, seed, command and date. */
    static JsonNode header() {
        return LINES.get(0);
    }

    static List<GoldenCase> all() {
        return ALL;
    }

    /** The cases of one generator function. */
    static List<GoldenCase> of(String group) {
        return ALL.stream().filter(golden -> golden.group().equals(group)).toList();
    }

    String group() {
        return name.substring(0, name.indexOf('['));
    }

    private static List<JsonNode> lines() {
        List<JsonNode> lines = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(GoldenCase.class.getResourceAsStream("/golden/forward.jsonl.gz")),
                StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(JSON.readTree(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    private static GoldenCase read(JsonNode node) {
        List<Step> steps = new ArrayList<>();
        for (JsonNode step : node.get("steps")) {
            Shape shape = shape(step.get("shape"));
            ElementType type = ElementType.of(step.get("dtype").asText());
            steps.add(new Step(
                    step.path("set"),
                    tensor(shape, type, step.get("x")),
                    step.has("y") ? seen(shape, type, step) : null,
                    step.has("error") ? step.get("error").asText() : null,
                    step.has("as_is") ? seen(shape, type, step.get("as_is")) : null));
        }
        return new GoldenCase(
                node.get("name").asText(),
                SpecJson.read(node.get("spec").toString()),
                QuantizationTarget.of(node.get("target").asText()),
                steps);
    }

    private static Seen seen(Shape shape, ElementType type, JsonNode node) {
        Map<String, Array> state = new TreeMap<>();
        node.get("state").properties().forEach(entry -> {
            JsonNode array = entry.getValue();
            state.put(entry.getKey(), new Array(shape(array.get("shape")), ints(array.get("data"))));
        });
        return new Seen(
                tensor(shape, type, node.get("y")),
                node.has("mask") ? bytes(node.get("mask")) : new byte[0],
                node.has("q") ? floats(node.get("q")) : new float[0],
                node.get("disabled").asBoolean(),
                state);
    }

    private static Tensor tensor(Shape shape, ElementType type, JsonNode base64) {
        return new Tensor(shape, type, ByteBuffer.wrap(bytes(base64)));
    }

    private static Shape shape(JsonNode dims) {
        List<Integer> extents = new ArrayList<>();
        dims.forEach(dim -> extents.add(dim.asInt()));
        return Shape.of(extents);
    }

    private static byte[] bytes(JsonNode base64) {
        return Base64.getDecoder().decode(base64.asText());
    }

    private static int[] ints(JsonNode base64) {
        byte[] bytes = bytes(base64);
        int[] values = new int[bytes.length / 4];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(values);
        return values;
    }

    private static float[] floats(JsonNode base64) {
        byte[] bytes = bytes(base64);
        float[] values = new float[bytes.length / 4];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    @Override
    public String toString() {
        return name;
    }
}
