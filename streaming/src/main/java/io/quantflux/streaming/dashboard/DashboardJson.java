// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;

/** JSON of the dashboard: a number that is not finite is {@code null}, which JSON has no word for. */
final class DashboardJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new SimpleModule("finite")
                    .addSerializer(Float.class, new FloatOrNull())
                    .addSerializer(Float.TYPE, new FloatOrNull())
                    .addSerializer(Double.class, new DoubleOrNull())
                    .addSerializer(Double.TYPE, new DoubleOrNull())
                    .addSerializer(float[].class, new FloatsOrNulls()))
            .build();

    private DashboardJson() {}

    static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(float value, JsonGenerator out) throws IOException {
        if (Float.isFinite(value)) {
            out.writeNumber(value);
        } else {
            out.writeNull();
        }
    }

    private static final class FloatOrNull extends StdSerializer<Float> {
        FloatOrNull() {
            super(Float.class);
        }

        @Override
        public void serialize(Float value, JsonGenerator out, SerializerProvider provider) throws IOException {
            write(value, out);
        }
    }

    private static final class DoubleOrNull extends StdSerializer<Double> {
        DoubleOrNull() {
            super(Double.class);
        }

        @Override
        public void serialize(Double value, JsonGenerator out, SerializerProvider provider) throws IOException {
            if (Double.isFinite(value)) {
                out.writeNumber(value);
            } else {
                out.writeNull();
            }
        }
    }

    private static final class FloatsOrNulls extends StdSerializer<float[]> {
        FloatsOrNulls() {
            super(float[].class);
        }

        @Override
        public void serialize(float[] values, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeStartArray();
            for (float value : values) {
                write(value, out);
            }
            out.writeEndArray();
        }
    }
}
