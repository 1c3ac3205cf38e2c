// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file on the command line that holds a spec. */
final class SpecFile {
    private SpecFile() {}

    /** @throws InvalidInputException if it cannot be read as UTF-8 text */
    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new InvalidInputException("cannot read spec " + file + ": " + e);
        }
    }
}
