// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.kernels;

import io.quantflux.spec.Shape;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** torch in a process of its own that waits for orders, so that it takes its turn with the others. */
final class TorchPeer implements AutoCloseable {
    /** Names a Python that has torch; {@code python3} if it is not set. */
    static final String PYTHON = "QUANTFLUX_TORCH_PYTHON";

    private static final String SCRIPT = "torch_peer.py";
    private final Path script;
    private final Process process;
    private final BufferedWriter orders;
    private final BufferedReader answers;
    private final String version;

    private TorchPeer(Path script, Process process) throws IOException {
        this.script = script;
        this.process = process;
        orders = process.outputWriter();
        answers = process.inputReader();
        String first = answers.readLine();
        if (first == null) {
            throw new IOException("it ended with exit code " + waitFor(process));
        }
        version = first;
    }

    private static int waitFor(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** torch, or {@code null} where it is not to be had; says so. */
    static @Nullable TorchPeer start() {
        String python = System.getenv().getOrDefault(PYTHON, "python3");
        try {
            Path script = Files.createTempFile("quantflux", SCRIPT);
            try (InputStream source = TorchPeer.class.getResourceAsStream(SCRIPT)) {
                if (source == null) {
                    throw new IOException(SCRIPT + " is not in the jar");
                }
                Files.write(script, source.readAllBytes());
            }
            Process process = new ProcessBuilder(python, script.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new TorchPeer(script, process);
        } catch (IOException e) {
            System.err.println("without torch: " + python + " cannot import it; set " + PYTHON + " to one that can ("
                    + e.getMessage() + ")");
            return null;
        }
    }

    String version() {
        return version;
    }

    /** Takes up a workload, per tensor or along axis 1. */
    Contender contender(Workload workload) throws IOException {
        Shape shape = workload.shape();
        String dims = IntStream.range(0, shape.rank())
                .mapToObj(axis -> Integer.toString(shape.dim(axis)))
                .collect(Collectors.joining(","));
        ask("take " + (workload.perTensor() ? "tensor " : "channel ") + dims);
        return new Contender() {
            @Override
            public String provider() {
                return "torch";
            }

            @Override
            public double seconds(int times) throws IOException {
                return Double.parseDouble(ask("run " + times));
            }
        };
    }

    private String ask(String order) throws IOException {
        orders.write(order + "\n");
        orders.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("torch ended in the middle of: " + order);
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        orders.close();
        process.destroy();
        Files.deleteIfExists(script);
    }
}
