// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The Grafana dashboards that are shipped. */
final class Dashboards {
    /** A query of a panel. */
    record Query(String dashboard, String panel, String expression) {
        @Override
        public String toString() {
            return dashboard + " / " + panel + ": " + expression;
        }
    }

    private Dashboards() {}

    static List<JsonNode> all() {
        ObjectMapper json = new ObjectMapper();
        try (Stream<Path> files = Files.list(Tools.repository("deploy/grafana/dashboards"))) {
            List<JsonNode> dashboards = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                dashboards.add(json.readTree(file.toFile()));
            }
            return dashboards;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        for (JsonNode dashboard : all()) {
            for (JsonNode panel : dashboard.path("panels")) {
                for (JsonNode target : panel.path("targets")) {
                    queries.add(new Query(
                            dashboard.path("title").asText(),
                            panel.path("title").asText(),
                            target.path("expr").asText()));
                }
            }
        }
        return queries;
    }
}
