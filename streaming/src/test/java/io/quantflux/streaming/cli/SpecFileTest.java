// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.spec.Shape;
import io.quantflux.streaming.offline.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code fake-quantize --spec} takes. */
class SpecFileTest {
    @TempDir
    private Path directory;

    private String qparams(String spec) throws IOException {
        Path in = Files.createDirectories(directory.resolve("in")).resolve("a.npy");
        NpyFile.write(in, Shape.of(2, 2), new float[] {-1, 0.25f, 3, 0.5f});
        Path out = directory.resolve("out");
        CommandRun.of("fake-quantize", "--spec", spec, "--out", out.toString(), in.toString())
                .succeededSilently();
        return Files.readString(out.resolve("a.qparams.json"));
    }

    @Test
    void yamlJsonAndPresetsOfTheSameSpecAreTheSame() throws IOException {
        Path yaml = Files.writeString(directory.resolve("s.yml"), "granularity:\n  type: per_channel\n  axis: 1\n");
        Path json = Files.writeString(
                directory.resolve("s.json"), "{\"granularity\":{\"type\":\"per_channel\",\"axis\":1}}");
        Path preset = Files.writeString(directory.resolve("p.yaml"), "preset: a8_per_channel");
        String expected = qparams(json.toString());
        assertThat(qparams(yaml.toString())).isEqualTo(expected);
        assertThat(qparams(preset.toString())).isEqualTo(expected);
        assertThat(qparams("a8_per_channel")).isEqualTo(expected);
        assertThat(qparams("a8_per_tensor")).isNotEqualTo(expected);
    }

    @Test
    void aWrongFileIsNamed() throws IOException {
        Path wrong = Files.writeString(directory.resolve("s.yaml"), "dtype: int9");
        CommandRun.of("fake-quantize", "--spec", wrong.toString(), "--out", directory + "/o", "a.npy")
                .failed(2, wrong + ": dtype was int9 but is unsupported", " (line 1, column 1)");
    }

    @Test
    void whatNoComponentTakesIsNamedWithItsFileAndPlace() throws IOException {
        Path wrong =
                Files.writeString(directory.resolve("s.yaml"), "dtype: int8\nqparam_calculator_cls: movin_average\n");
        CommandRun.of("fake-quantize", "--spec", wrong.toString(), "--out", directory + "/o", "a.npy")
                .failed(
                        2,
                        wrong + ": qparam_calculator_cls was movin_average",
                        "did you mean moving_average? Available keys: [",
                        " (line 2, column 1)");
    }
}
