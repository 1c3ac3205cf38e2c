// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.offline;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.IntArray;
import io.quantflux.spec.NumericArray;
import io.quantflux.spec.QParams;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.json.SpecJson;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Qparams as JSON: {@code {"scale": {"shape": […], "data": […]}, "zero_point": …, "minval": …}}, data row-major.
 *
 * <p>Floats are written as the exact double they equal, so that any reader gets the same bits back. NaN and infinities,
 * which only the policy {@code propagate} lets in, are written bare, as Python's json module does.
 */
public final class QParamsJson {
    private static final JsonFactory JSON =
            JsonFactory.builder().disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();

    private QParamsJson() {}

    /**
     * A document with what is known of each tensor's qparams, a tensor a line: spec under the reference's keys, target, step,
     * version, observations, export mode, scale, zero point, minval and running range.
     *
     * @param tensors in the order in which they are written
     */
    public static String document(Map<TensorId, QParamsUpdate> tensors) {
        return whole(json -> {
            for (Map.Entry<TensorId, QParamsUpdate> each : tensors.entrySet()) {
                json.writeFieldName(each.getKey().value());
                json.writeStartObject();
                write(json, each.getValue());
                json.writeEndObject();
                json.writeRaw('\n');
            }
        });
    }

    private static void write(JsonGenerator json, QParamsUpdate update) throws IOException {
        json.writeFieldName("spec");
        json.writeRawValue(SpecJson.write(update.spec()));
        json.writeStringField("target", update.target().key());
        json.writeNumberField("step", update.step());
        json.writeNumberField("version", update.version());
        json.writeNumberField("observations", update.observations());
        json.writeBooleanField("export_mode", update.switches().exportMode());
        fields(json, update.qparams());
        write(json, "running_min", update.runningMin());
        write(json, "running_max", update.runningMax());
    }

    /** {@code null} gives an empty scale: nothing has been observed yet. */
    public static String write(@Nullable QParams qparams) {
        return whole(json -> fields(json, qparams));
    }

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private static String whole(Fields fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does not fail", e);
        }
        return text + "\n";
    }

    private static void fields(JsonGenerator json, @Nullable QParams qparams) throws IOException {
        if (qparams == null) {
            json.writeObjectFieldStart("scale");
            json.writeArrayFieldStart("shape");
            json.writeNumber(0);
            json.writeEndArray();
            json.writeArrayFieldStart("data");
            json.writeEndArray();
            json.writeEndObject();
        } else {
            write(json, "scale", qparams.scale());
        }
        write(json, "zero_point", qparams == null ? null : qparams.zeroPoint());
        write(json, "minval", qparams == null ? null : qparams.minval());
    }

    private static void write(JsonGenerator json, String name, @Nullable NumericArray array) throws IOException {
        if (array == null) {
            json.writeNullField(name);
            return;
        }
        json.writeObjectFieldStart(name);
        json.writeFieldName("shape");
        json.writeArray(array.shape().toArray(), 0, array.shape().rank());
        json.writeArrayFieldStart("data");
        for (int i = 0; i < array.size(); i++) {
            if (array instanceof FloatArray floats) {
                json.writeNumber((double) floats.get(i));
            } else {
                json.writeNumber(((IntArray) array).get(i));
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
