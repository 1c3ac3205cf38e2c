// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** The page's files, from the class path, read once at the start: event loops must not block. */
final class StaticFiles {
    private static final String OURS = "/io/quantflux/streaming/dashboard/page/";
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final List<String> NAMES = List.of(
            "index.html",
            "style.css",
            "favicon.svg",
            "app.js",
            "charts.js",
            "commands.js",
            "connection.js",
            "control.js",
            "elements.js",
            "format.js",
            "histogram.js",
            "pipeline.js",
            "tensor-list.js",
            "tensor-view.js",
            "theme.js");

    private final Map<String, StaticFile> files = new HashMap<>();

    /** @param tag changes whenever the content does */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record StaticFile(String type, byte[] content, String tag) {}

    StaticFiles() {
        for (String name : NAMES) {
            load("/" + name, OURS + name);
        }
        load("/vendor/uplot.js", UPLOT + "uPlot.esm.js");
        load("/vendor/uplot.css", UPLOT + "uPlot.min.css");
        StaticFile index = files.get("/index.html");
        if (index != null) {
            files.put("/", index);
        }
    }

    private void load(String path, String resource) {
        try (InputStream in = StaticFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("not on the class path: " + resource);
            }
            byte[] content = in.readAllBytes();
            files.put(path, new StaticFile(type(path), content, tag(content)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String type(String path) {
        String extension = path.substring(path.lastIndexOf('.') + 1);
        return switch (extension) {
            case "html" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalArgumentException("no type for " + path);
        };
    }

    private static String tag(byte[] content) {
        CRC32 checksum = new CRC32(); // a digest would cost each start a tenth of a second
        checksum.update(content);
        return '"' + Long.toString(((long) content.length << 32) + checksum.getValue(), 36) + '"';
    }

    @Nullable
    StaticFile get(String path) {
        return files.get(path);
    }
}
