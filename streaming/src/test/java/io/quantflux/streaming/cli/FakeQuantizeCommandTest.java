// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.engine.StepResult;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.json.SpecJson;
import io.quantflux.streaming.offline.NpyFile;
import io.quantflux.streaming.offline.QParamsJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FakeQuantizeCommandTest {
    private static final String SPEC = "{\"dtype\":\"uint4\",\"qscheme\":\"asymmetric\",\"averaging_constant\":0.5}";

    @TempDir
    private Path directory;

    private Path out = Path.of("");
    private Path a = Path.of("");
    private Path b = Path.of("");

    @BeforeEach
    void someFiles() throws IOException {
        Path in = Files.createDirectory(directory.resolve("in"));
        out = directory.resolve("out/deep");
        a = npy(in.resolve("A.npy"), -1, 0.3f, 2);
        b = npy(in.resolve("B.npy"), -4, 0.7f, 1);
    }

    private static Path npy(Path file, float... values) throws IOException {
        NpyFile.write(file, Shape.of(values.length), values);
        return file;
    }

    private CommandRun run(String spec, Object... more) throws IOException {
        Path specFile = Files.writeString(directory.resolve("spec.json"), spec);
        List<String> args =
                new ArrayList<>(List.of("fake-quantize", "--spec", specFile.toString(), "--out", out.toString()));
        for (Object arg : more) {
            args.add(arg.toString());
        }
        return CommandRun.of(args.toArray(String[]::new));
    }

    @Test
    void filesGoInOrderThroughOneFakeQuantizer() throws IOException {
        run(SPEC, a, b).succeededSilently();

        CalibrationOperator operator = new CalibrationOperator(Components.standard(), NonFinitePolicy.PROPAGATE);
        CalibrationState state = operator.start(SpecJson.read(SPEC), QuantizationTarget.ACTIVATION);
        for (Path file : List.of(a, b)) {
            StepResult expected = operator.step(state, NpyFile.read(file));
            state = expected.state();
            Path output = out.resolve(String.valueOf(file.getFileName()));
            assertThat(NpyFile.read(output)).isEqualTo(expected.output());
            assertThat(Files.readString(
                            out.resolve(output.getFileName().toString().replace(".npy", ".qparams.json"))))
                    .isEqualTo(QParamsJson.write(state.qparams()));
        }
    }

    @Test
    void exportModeAfterNFilesFreezesTheQparamsOfTheNth() throws IOException {
        run(SPEC, "--export-mode-after", 1, a, b).succeededSilently();
        assertThat(out.resolve("B.qparams.json")).hasSameTextualContentAs(out.resolve("A.qparams.json"));
    }

    @Test
    void exportModeFromTheStartComputesNothingAndPassesThrough() throws IOException {
        run(SPEC, "--export-mode-after", 0, a).succeededSilently();
        assertThat(NpyFile.read(out.resolve("A.npy"))).isEqualTo(NpyFile.read(a));
        assertThat(out.resolve("A.qparams.json"))
                .hasContent(QParamsJson.write(null).strip());
    }

    @Test
    void theTargetResolvesTheDefaultCalculator() throws IOException {
        run("{}", "--target", "weight", a, b).succeededSilently();
        String weight = Files.readString(out.resolve("B.qparams.json"));
        run("{}", a, b).succeededSilently();
        assertThat(Files.readString(out.resolve("B.qparams.json"))).isNotEqualTo(weight);
        run("{}", "--target", "weight", b).succeededSilently();
        assertThat(out.resolve("B.qparams.json")).hasContent(weight.strip());
    }

    @Test
    void nonFiniteValuesAreObservedAsTheReferenceDoesUnlessAskedOtherwise() throws IOException {
        Path nan = npy(directory.resolve("in/N.npy"), Float.NaN, 1);
        run("{}", nan).succeededSilently();
        assertThat(out.resolve("N.qparams.json")).content().contains("NaN");
        run("{}", "--nonfinite", "quarantine", a, nan).succeededSilently();
        assertThat(out.resolve("N.qparams.json")).hasSameTextualContentAs(out.resolve("A.qparams.json"));
        run("{}", "--nonfinite", "reject", nan).failed(2, nan + ": has 1 non-finite values");
    }

    @Test
    void aBlockSizeThatDoesNotFitIsAWarningAndPassesThrough() throws IOException {
        CommandRun run = run("{\"granularity\":{\"type\":\"per_block\",\"axis\":0,\"block_size\":2}}", a);
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(run.err().lines()).singleElement().asString().startsWith("quantflux: warning: " + a);
        assertThat(NpyFile.read(out.resolve("A.npy"))).isEqualTo(NpyFile.read(a));
    }

    /* ---- wrong specs ---- */

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            not json                                     | json was not readable but expected one object
            []                                           | json was not readable but expected one object
            {"dtype":"int8","dtype":"int4"}              | found duplicate key 'dtype'
            {"qsheme":"symmetric"}                       | qsheme was symmetric but no registered component has such a field
            {"dtype":"int7"}                             | dtype was int7 but
            {"dtype":8}                                  | dtype was 8 but must be a non-empty string
            {"qscheme":"odd"}                            | qscheme was odd but
            {"qformulation":"odd"}                       | qformulation was odd but
            {"dtype":"float8_e5m2","qscheme":"asymmetric"} | qscheme was asymmetric but FP quantization
            {"qparam_calculator_cls":"median"}           | qparam_calculator_cls was median but
            {"range_calculator_cls":"p99"}               | range_calculator_cls was p99 but
            {"fake_quantize_cls":"x"}                    | fake_quantize_cls was x but
            {"float_range":[1,null]}                     | float_range
            {"float_range":"wide"}                       | float_range was wide but must be a list of two
            {"scale_dtype":"float16"}                    | scale_dtype was float16 but must be null or float8_e8m0fnu
            {"averaging_constant":"much"}                | averaging_constant was much but
            {"averaging_constant":7}                     | averaging_constant was 7 but
            {"granularity":{"type":"per_row"}}           | granularity.type was per_row but
            {"granularity":{"type":"per_channel","axis":3}} | granularity.axis was 3 but
            {"granularity":{"type":"per_block","axis":0,"block_size":0}} | granularity.block_size was 0 but
            """)
    void aWrongSpecIsOneLine(String spec, String message) throws IOException {
        run(spec, a).failed(2, message);
    }

    /* ---- wrong files and flags ---- */

    @Test
    void aFileThatIsNotThereIsOneLine() throws IOException {
        Path absent = directory.resolve("absent.npy");
        run("{}", absent).failed(2, absent + " was unreadable but must be a readable .npy file");
        CommandRun.of("fake-quantize", "--spec", absent.toString(), "--out", out.toString(), a.toString())
                .failed(2, "cannot read spec " + absent);
    }

    @Test
    void anEmptyTensorIsOneLine() throws IOException {
        run("{}", npy(directory.resolve("in/E.npy")))
                .failed(2, "E.npy: shape was 0 but a tensor must have at least one");
    }

    @Test
    void aTensorOfOtherBlocksIsOneLine() throws IOException {
        Path other = npy(directory.resolve("in/C.npy"), 1, 2);
        run("{\"granularity\":{\"type\":\"per_channel\",\"axis\":0}}", a, other)
                .failed(2, "C.npy: shape was 2 but has qparams of shape 2, and those calibrated so far have shape 3");
    }

    @Test
    void resultsThatWouldReplaceEachOtherAreRefused() throws IOException {
        Path again = npy(Files.createDirectory(directory.resolve("again")).resolve("A.npy"), 1);
        run("{}", a, again).failed(2, "two inputs are named A.npy");
        Path bare = Files.copy(a, directory.resolve("in/A"));
        run("{}", a, bare).failed(2, "two inputs are named A: one result would replace the other");
    }

    @Test
    void resultsThatWouldReplaceTheInputAreRefused() throws IOException {
        out = directory.resolve("in");
        run("{}", a).failed(2, "is the directory of " + a);
        out = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("in"));
        run("{}", a).failed(2, "is the directory of " + a);
        out = directory.resolve("in/../in");
        run("{}", a).failed(2, "is the directory of " + a);
    }

    @Test
    void anOutputDirectoryThatCannotBeIsOneLine() throws IOException {
        out = a;
        run("{}", b).failed(2, "cannot make directory " + a);
    }

    @Test
    void wrongFlagsAreOneLineWithAHint() throws IOException {
        run("{}", "--export-mode-after", -1, a).failed(2, "--export-mode-after was -1 but must be at least 0");
        run("{}", "--export-mode-after", "x", a).failed(2, "--export-mode-after", "'x' is not an int");
        run("{}", "--target", "bias", a).failed(2, "target was bias but must be one of");
        run("{}", "--nonfinite", "ignore", a).failed(2, "--nonfinite was ignore but must be propagate");
        run("{}", "--fast", a).failed(2, "Unknown option: '--fast'", "see: quantflux fake-quantize --help");
        run("{}").failed(2, "A.npy", "see: quantflux fake-quantize --help");
        CommandRun.of("fake-quantize", a.toString()).failed(2, "--spec", "--out");
    }

    @Test
    void aTensorThatIsOneScalarGoesThrough() throws IOException {
        NpyFile.write(directory.resolve("in/S.npy"), Shape.SCALAR, new float[] {1.7f});
        run("{\"qparam_calculator_cls\":\"static\"}", directory.resolve("in/S.npy"))
                .succeededSilently();
        Tensor output = NpyFile.read(out.resolve("S.npy"));
        assertThat(output.shape()).isEqualTo(Shape.SCALAR);
    }
}
