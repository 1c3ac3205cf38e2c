// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file cannot be read or written, in words: the exceptions themselves have little more than a path. */
public final class FileTrouble {
    private FileTrouble() {}

    /**
     * The reason, with the file it is about where the exception knows it.
     *
     * @param e from reading or writing a file
     * @return part of a line, such as {@code no such file: specs.yaml}
     */
    public static String why(IOException e) {
        if (e instanceof CharacterCodingException) {
            return "not UTF-8 text";
        }
        if (e instanceof FileSystemException known && known.getFile() != null) {
            return reason(known) + ": " + known.getFile();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static String reason(FileSystemException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "a file of that name is in the way";
        }
        return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    }
}
