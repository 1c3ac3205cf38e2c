// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Room off the heap for one large tensor and its output: temporary files without a name, mapped, and kept for the next.
 *
 * <p>Files, because the limit on direct memory is that of the heap. They are written before they are mapped: a full disk is
 * then an exception, and not a fault of the JVM.
 */
final class Workspace {
    private static final int PIECE = 1 << 20;

    private ByteBuffer input = ByteBuffer.allocate(0);
    private ByteBuffer output = ByteBuffer.allocate(0);

    /** Sees to it that there is room; blocks. What was there before is void. */
    void reserve(int inputBytes, int outputBytes) throws IOException {
        if (input.capacity() < inputBytes) {
            input = map(inputBytes);
        }
        if (output.capacity() < outputBytes) {
            output = map(outputBytes);
        }
    }

    /** The first bytes of the room for the tensor. */
    ByteBuffer input(int bytes) {
        return input.slice(0, bytes);
    }

    /** The first bytes of the room for the output, or of the heap if more are asked for than were reserved. */
    ByteBuffer output(int bytes) {
        return bytes <= output.capacity() ? output.slice(0, bytes) : ByteBuffer.allocate(bytes);
    }

    private static ByteBuffer map(int bytes) throws IOException {
        Path file = Files.createTempFile("quantflux-tensor", ".tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE);
            for (long at = 0; at < bytes; at += zeros.limit()) {
                zeros.clear().limit((int) Math.min(PIECE, bytes - at));
                while (zeros.hasRemaining()) {
                    var unused = channel.write(zeros, at + zeros.position());
                }
            }
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes);
        } finally {
            Files.delete(file); // its space is free when the last mapping is gone
        }
    }
}
