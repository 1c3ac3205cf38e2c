// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.json.SpecJson;
import io.quantflux.streaming.cli.QuantFlux;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PercentileRangeTest {
    private static final String SPEC =
            "{\"range_calculator_cls\": \"percentile\", \"percentile\": 80, \"granularity\": {\"type\": \"per_channel\", \"axis\": 0}}";
    /** Two channels of eleven; 80 % leaves out one at either end. */
    private static final float[] VALUES = {
        -100, -5, -4, -3, -2, 0, 1, 2, 3, 4, 90, //
        -1, -0.5f, 0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f, 1000
    };

    private final CalibrationOperator operator =
            new CalibrationOperator(Components.standard(), NonFinitePolicy.PROPAGATE);

    @Test
    void outliersOfEachBlockAreLeftOut() {
        CalibrationState state = operator.start(SpecJson.read(SPEC), QuantizationTarget.ACTIVATION);
        CalibrationState after =
                operator.step(state, Tensor.of(Shape.of(2, 11), VALUES)).state();
        assertThat(after.floats(CalibrationState.RUNNING_MIN)).isEqualTo(FloatArray.of(Shape.of(2, 1), -5f, -0.5f));
        assertThat(after.floats(CalibrationState.RUNNING_MAX)).isEqualTo(FloatArray.of(Shape.of(2, 1), 4f, 3.5f));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "100.5", "\"most\"", "true"})
    void aPercentileThatIsNoneIsRefused(String percentile) {
        String spec = "{\"range_calculator_cls\": \"percentile\", \"percentile\": " + percentile + "}";
        assertThatThrownBy(() -> operator.start(SpecJson.read(spec), QuantizationTarget.ACTIVATION))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("percentile was " + percentile.replace("\"", ""))
                .hasMessageContaining("must be a number above 0 and at most 100");
    }

    @Test
    void theOfflineCommandFindsItByItsKey(@TempDir Path directory) throws Exception {
        Path spec = Files.writeString(directory.resolve("spec.json"), SPEC);
        Path tensor = Files.write(directory.resolve("a.npy"), npy());
        StringWriter errors = new StringWriter();
        CommandLine command = QuantFlux.commandLine().setErr(new PrintWriter(errors));
        int exit = command.execute(
                "fake-quantize",
                "--spec",
                spec.toString(),
                "--out",
                directory.resolve("out").toString(),
                tensor.toString());
        assertThat(exit).as(errors.toString()).isZero();
        // int8, symmetric: the greater magnitude over 127.5
        assertThat(Files.readString(directory.resolve("out").resolve("a.qparams.json")))
                .contains("\"data\":[" + (double) (5f / 127.5f) + "," + (double) (3.5f / 127.5f) + "]");
    }

    private static byte[] npy() {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 11), }";
        ByteBuffer bytes =
                ByteBuffer.allocate(10 + header.length() + 4 * VALUES.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0);
        bytes.putShort((short) header.length()).put(header.getBytes(StandardCharsets.US_ASCII));
        bytes.asFloatBuffer().put(VALUES);
        return bytes.array();
    }
}
