// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.apache.kafka.common.utils.Utils;

/** What a benchmark takes of the machine and gives back. */
public final class Scratch {
    private Scratch() {}

    /** Deletes a directory and all that is in it. */
    public static void delete(Path directory) throws IOException {
        Utils.delete(directory.toFile());
    }

    /** A loopback port that nobody listens on. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }
}
