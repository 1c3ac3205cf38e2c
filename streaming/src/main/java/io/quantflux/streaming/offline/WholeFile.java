// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.offline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a file so that a reader sees the old one or the new one, never a part. */
public final class WholeFile {
    private WholeFile() {}

    /**
     * Replaces {@code file}, or makes it.
     *
     * @throws IOException if it cannot be written; the old one is as it was then
     */
    public static void write(Path file, byte[] content) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.write(part, content);
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
