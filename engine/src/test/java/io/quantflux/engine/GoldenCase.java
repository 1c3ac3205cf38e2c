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

/** What the reference computed for one spec and a few tensors in order; made by {@code generate_golden.py}. */
record GoldenCase(String name, QuantizationSpec spec, QuantizationTarget target, List<Step> steps) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One pass: switches to set before it, the tensor, and what came of it; arrays are little-endian bytes. */
    @SuppressWarnings("ArrayRecordComponent")
    record Step(
            JsonNode set,
            Tensor x,
            Tensor y,
            byte[] mask,
            float[] quantized,
            boolean disabled,
            Map<String, Array> state) {
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

    /** Raw bits of float32 or int32 values. */
    @SuppressWarnings("ArrayRecordComponent")
    record Array(Shape shape, int[] bits) {}

    static List<GoldenCase> all() {
        List<GoldenCase> cases = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(GoldenCase.class.getResourceAsStream("/golden/forward.jsonl.gz")),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                cases.add(read(JSON.readTree(line)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return cases;
    }

    private static GoldenCase read(JsonNode node) {
        List<Step> steps = new ArrayList<>();
        for (JsonNode step : node.get("steps")) {
            Shape shape = shape(step.get("shape"));
            ElementType type = ElementType.of(step.get("dtype").asText());
            Map<String, Array> state = new TreeMap<>();
            step.get("state")
                    .properties()
                    .forEach(entry -> state.put(
                            entry.getKey(),
                            new Array(
                                    shape(entry.getValue().get("shape")),
                                    ints(entry.getValue().get("data")))));
            steps.add(new Step(
                    step.path("set"),
                    new Tensor(shape, type, ByteBuffer.wrap(bytes(step.get("x")))),
                    new Tensor(shape, type, ByteBuffer.wrap(bytes(step.get("y")))),
                    step.has("mask") ? bytes(step.get("mask")) : new byte[0],
                    step.has("q") ? floats(step.get("q")) : new float[0],
                    step.get("disabled").asBoolean(),
                    state));
        }
        return new GoldenCase(
                node.get("name").asText(),
                SpecJson.read(node.get("spec").toString()),
                QuantizationTarget.of(node.get("target").asText()),
                steps);
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
