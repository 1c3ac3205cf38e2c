// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import io.quantflux.streaming.cli.QuantFlux;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A {@code quantflux} command in a JVM of its own, with the log a user sees. */
final class RunChild {
    private static final Pattern ADDRESS = Pattern.compile("http at (http://\\S+)");

    private RunChild() {}

    /** Runs it until it is ready, asks over HTTP, ends it with SIGTERM; returns all it has said by whatever way. */
    static String all(String... command) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                classPath(),
                QuantFlux.class.getName()));
        line.addAll(List.of(command));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        StringBuilder said = new StringBuilder();
        try (BufferedReader output = process.inputReader()) {
            for (String next = output.readLine(); next != null; next = output.readLine()) {
                said.append(next).append('\n');
                Matcher address = ADDRESS.matcher(next);
                if (address.find()) {
                    said.append(ask(address.group(1)));
                    process.toHandle().destroy(); // the process itself would close what we read from
                }
            }
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                throw new AssertionError("it did not end: " + said);
            }
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new AssertionError("exit code " + process.exitValue() + ": " + said);
        }
        return said.toString();
    }

    /** Without what is there for tests, such as their logging. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.endsWith("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String ask(String address) throws IOException, InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String said = "";
        int status = 0;
        while (status != 200 && System.nanoTime() < deadline) {
            HttpResponse<String> ready = get(http, address + "/readyz");
            status = ready.statusCode();
            said += ready.body();
            Thread.sleep(200);
        }
        return said
                + get(http, address + "/api/status").body()
                + get(http, address + "/livez").body();
    }

    private static HttpResponse<String> get(HttpClient http, String url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }
}
