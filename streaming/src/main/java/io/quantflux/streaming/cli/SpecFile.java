// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import io.quantflux.engine.CalibrationOperator;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.SpecPresets;
import io.quantflux.spec.config.QuantizationConfig;
import io.quantflux.streaming.config.FileTrouble;
import io.quantflux.streaming.config.SpecFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file on the command line that holds a spec or a config. */
final class SpecFile {
    private SpecFile() {}

    /**
     * A spec from a YAML or JSON file, or a preset where there is no file of that name.
     *
     * @throws InvalidInputException naming the file, if it cannot be read or what it holds is wrong
     */
    static QuantizationSpec spec(String fileOrPreset) {
        if (SpecPresets.names().contains(fileOrPreset) && !Files.exists(Path.of(fileOrPreset))) {
            return SpecPresets.spec(fileOrPreset);
        }
        return spec(Path.of(fileOrPreset));
    }

    /**
     * The state before the first tensor, under a spec from a file or a preset.
     *
     * @throws InvalidInputException naming the file, if it cannot be read, what it holds is wrong, or no component takes it
     */
    static CalibrationState start(CalibrationOperator operator, String fileOrPreset, QuantizationTarget target) {
        QuantizationSpec spec = spec(fileOrPreset);
        try {
            return operator.start(spec, target);
        } catch (InvalidSpecException e) {
            throw new InvalidInputException(
                    fileOrPreset + ": " + located(Path.of(fileOrPreset), e).getMessage());
        }
    }

    private static InvalidSpecException located(Path file, InvalidSpecException e) {
        try {
            return SpecFiles.located(file, e);
        } catch (IOException gone) { // or a preset, which has no places
            return e;
        }
    }

    /** @throws InvalidInputException naming the file, if it cannot be read or what it holds is wrong */
    static QuantizationSpec spec(Path file) {
        try {
            return SpecFiles.spec(file);
        } catch (IOException e) {
            throw new InvalidInputException("cannot read spec " + file + ": " + FileTrouble.why(e));
        } catch (InvalidSpecException e) {
            throw new InvalidInputException(file + ": " + e.getMessage());
        }
    }

    /** @throws InvalidInputException naming the file, if one cannot be read or what it holds is wrong */
    static QuantizationConfig config(Path file, @Nullable Path modules) {
        String files = modules == null ? file.toString() : file + " with " + modules;
        try {
            return SpecFiles.config(file, modules);
        } catch (IOException e) {
            throw new InvalidInputException("cannot read config " + files + ": " + FileTrouble.why(e));
        } catch (InvalidSpecException e) {
            throw new InvalidInputException(files + ": " + e.getMessage());
        }
    }
}
