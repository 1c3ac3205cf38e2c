// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.engine.StepResult;
import io.quantflux.engine.StepResult.Outcome;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Tensor;
import io.quantflux.streaming.config.FileTrouble;
import io.quantflux.streaming.offline.FloatValues;
import io.quantflux.streaming.offline.NpyFile;
import io.quantflux.streaming.offline.QParamsJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code quantflux fake-quantize}: files, in order, through one fake quantizer; the operator the stream uses. */
@Command(
        name = "fake-quantize",
        mixinStandardHelpOptions = true,
        description =
                "Runs .npy files, in order, through one fake quantizer, as successive forward passes. For each A.npy"
                        + " writes DIR/A.npy (float32) and DIR/A.qparams.json.")
final class FakeQuantizeCommand implements Callable<Integer> {
    @Option(
            names = "--spec",
            required = true,
            paramLabel = "FILE|PRESET",
            description =
                    "Quantization spec with the reference's keys, YAML (.yaml, .yml) or JSON; or a preset's name.")
    private String spec = "";

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where results go; made if missing.")
    private Path out = Path.of("");

    @Option(names = "--target", defaultValue = "activation", description = "activation (default), weight or lut.")
    private String target = "";

    @Option(
            names = "--export-mode-after",
            paramLabel = "N",
            description = "Sets export mode after N files: later ones change no qparams.")
    private @Nullable Integer exportModeAfter;

    @Option(
            names = "--nonfinite",
            defaultValue = "propagate",
            description = "NaN and infinities: propagate (default, as the reference), quarantine, or reject.")
    private String nonFinite = "";

    @Parameters(arity = "1..*", paramLabel = "A.npy", description = "float32 or float16 arrays.")
    private List<Path> files = List.of();

    @Spec
    private @Nullable CommandSpec command;

    @Override
    public Integer call() throws IOException {
        if (exportModeAfter != null && exportModeAfter < 0) {
            throw new InvalidSpecException("--export-mode-after", exportModeAfter, "must be at least 0");
        }
        CalibrationOperator operator = new CalibrationOperator(Components.standard(), policy());
        CalibrationState state = SpecFile.start(operator, spec, QuantizationTarget.of(target));
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw new InvalidInputException("cannot make directory " + out + ": " + FileTrouble.why(e));
        }
        requireDistinctOutputs();
        for (int k = 0; k < files.size(); k++) {
            if (exportModeAfter != null && k == exportModeAfter) {
                state = state.with(state.switches().withExportMode(true));
            }
            state = forward(operator, state, files.get(k));
        }
        return 0;
    }

    private CalibrationState forward(CalibrationOperator operator, CalibrationState state, Path file)
            throws IOException {
        Tensor tensor = NpyFile.read(file);
        StepResult result;
        try {
            result = operator.step(state, tensor);
        } catch (InvalidSpecException e) {
            throw new InvalidInputException(file + ": " + e.getMessage());
        }
        if (result.outcome() == Outcome.REJECTED) {
            throw new InvalidInputException(
                    file + ": has " + result.statistics().nonFinite().total() + " non-finite values");
        }
        if (result.outcome() == Outcome.DISABLED_NOW && command != null) {
            command.commandLine()
                    .getErr()
                    .println("quantflux: warning: " + file + ": block size does not fit a " + tensor.shape()
                            + " tensor; it and all further ones pass through");
        }
        String stem = stem(file);
        NpyFile.write(out.resolve(stem + ".npy"), tensor.shape(), FloatValues.of(result.output()));
        Files.writeString(
                out.resolve(stem + ".qparams.json"),
                QParamsJson.write(result.state().qparams()));
        return result.state();
    }

    private NonFinitePolicy policy() {
        try {
            return NonFinitePolicy.valueOf(nonFinite.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new InvalidSpecException("--nonfinite", nonFinite, "must be propagate, quarantine or reject");
        }
    }

    private static String stem(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".npy") ? name.substring(0, name.length() - 4) : name;
    }

    private void requireDistinctOutputs() throws IOException {
        Set<String> stems = new HashSet<>();
        for (Path file : files) {
            if (!stems.add(stem(file))) {
                throw new InvalidInputException(
                        "two inputs are named " + file.getFileName() + ": one result would replace the other");
            }
            Path parent = file.toAbsolutePath().getParent();
            if (parent != null && Files.exists(parent) && Files.isSameFile(parent, out)) {
                throw new InvalidInputException(
                        "--out " + out + " is the directory of " + file + ": the result would replace the input");
            }
        }
    }
}
