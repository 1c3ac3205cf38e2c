// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.offline;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.IntArray;
import io.quantflux.spec.NumericArray;
import io.quantflux.spec.QParams;
import java.io.IOException;
import java.io.StringWriter;
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

    /** {@code null} gives an empty scale: nothing has been observed yet. */
    public static String write(@Nullable QParams qparams) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
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
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does not fail", e);
        }
        return text + "\n";
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
