// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.offline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.IntArray;
import io.quantflux.spec.QParams;
import io.quantflux.spec.Shape;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QParamsJsonTest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    @Test
    void itIsOneLineWithShapesAndRowMajorData() {
        QParams qparams = new QParams(
                FloatArray.of(Shape.of(1, 2), 0.5f, 0.25f),
                IntArray.of(Shape.of(1, 2), -128, 127),
                FloatArray.of(Shape.of(1, 2), -1, -0.0f));
        assertThat(QParamsJson.write(qparams))
                .isEqualTo("{\"scale\":{\"shape\":[1,2],\"data\":[0.5,0.25]},"
                        + "\"zero_point\":{\"shape\":[1,2],\"data\":[-128,127]},"
                        + "\"minval\":{\"shape\":[1,2],\"data\":[-1.0,-0.0]}}\n");
    }

    @Test
    void floatingDtypesHaveNoZeroPoint() {
        assertThat(QParamsJson.write(new QParams(FloatArray.of(Shape.SCALAR, 2), null, null)))
                .isEqualTo("{\"scale\":{\"shape\":[],\"data\":[2.0]},\"zero_point\":null,\"minval\":null}\n");
    }

    @Test
    void nothingObservedIsAnEmptyScale() {
        assertThat(QParamsJson.write(null))
                .isEqualTo("{\"scale\":{\"shape\":[0],\"data\":[]},\"zero_point\":null,\"minval\":null}\n");
    }

    @Test
    void nonFiniteValuesAreWrittenAsPythonDoes() {
        FloatArray scale = FloatArray.of(Shape.of(3), Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
        assertThat(QParamsJson.write(new QParams(scale, null, null))).contains("[NaN,Infinity,-Infinity]");
    }

    /** Any reader that parses doubles and narrows them gets the bits back. */
    @Test
    void everyFiniteFloatRoundTrips() throws IOException {
        Random random = new Random(7);
        float[] values = new float[20_000];
        float[] special = {
            0f,
            -0f,
            Float.MIN_VALUE,
            -Float.MIN_VALUE,
            Float.MIN_NORMAL,
            Math.nextDown(Float.MIN_NORMAL),
            Float.MAX_VALUE,
            -Float.MAX_VALUE,
            Math.ulp(1f),
            0.1f,
            1 / 127.5f,
            2e-44f
        };
        for (int i = 0; i < values.length; i++) {
            float any = Float.intBitsToFloat(random.nextInt());
            float subnormal = Float.intBitsToFloat(random.nextInt(0x0080_0000));
            values[i] = i < special.length ? special[i] : i % 4 == 0 || !Float.isFinite(any) ? subnormal : any;
        }
        JsonNode data = JSON.readTree(
                        QParamsJson.write(new QParams(FloatArray.of(Shape.of(values.length), values), null, null)))
                .path("scale")
                .path("data");
        assertThat(data.size()).isEqualTo(values.length);
        for (int i = 0; i < values.length; i++) {
            assertThat(Float.floatToRawIntBits((float) data.get(i).doubleValue()))
                    .as("value %d, %s", i, values[i])
                    .isEqualTo(Float.floatToRawIntBits(values[i]));
        }
    }
}
