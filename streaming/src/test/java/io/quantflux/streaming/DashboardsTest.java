// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of Grafana's dashboard linter that concern these dashboards. */
class DashboardsTest {
    private static final Pattern SELECTOR =
            Pattern.compile("\\b(?:quantflux|kafka|jvm|process|reactor)_[a-z0-9_]+(\\{[^}]*})?");

    @Test
    void thereAreThreeEachWithItsOwnIdAndTitle() {
        List<JsonNode> all = Dashboards.all();
        assertThat(all).hasSize(3);
        assertThat(all)
                .extracting(d -> d.path("uid").asText())
                .doesNotHaveDuplicates()
                .doesNotContain("");
        assertThat(all)
                .extracting(d -> d.path("title").asText())
                .doesNotHaveDuplicates()
                .doesNotContain("");
    }

    @Test
    void dataSourceJobAndInstanceAreVariables() {
        for (JsonNode dashboard : Dashboards.all()) {
            List<String> names = new ArrayList<>();
            dashboard
                    .path("templating")
                    .path("list")
                    .forEach(v -> names.add(v.path("name").asText()));
            assertThat(names).as(dashboard.path("title").asText()).startsWith("datasource", "job", "instance");
            assertThat(dashboard
                            .path("templating")
                            .path("list")
                            .get(0)
                            .path("type")
                            .asText())
                    .isEqualTo("datasource");
        }
    }

    @Test
    void everyPanelHasATitleOfItsOwnAUnitTheDataSourceAndAPlaceOfItsOwn() {
        for (JsonNode dashboard : Dashboards.all()) {
            Set<String> titles = new HashSet<>();
            Set<String> cells = new HashSet<>();
            for (JsonNode panel : dashboard.path("panels")) {
                String where = dashboard.path("title").asText() + " / "
                        + panel.path("title").asText();
                assertThat(panel.path("title").asText()).as(where).isNotEmpty();
                assertThat(titles.add(panel.path("title").asText())).as(where).isTrue();
                assertThat(panel.at("/fieldConfig/defaults/unit").asText())
                        .as(where)
                        .isNotEmpty();
                assertThat(panel.at("/datasource/uid").asText()).as(where).isEqualTo("${datasource}");
                JsonNode at = panel.path("gridPos");
                assertThat(at.path("x").asInt() + at.path("w").asInt())
                        .as(where)
                        .isLessThanOrEqualTo(24);
                for (int x = 0; x < at.path("w").asInt(); x++) {
                    for (int y = 0; y < at.path("h").asInt(); y++) {
                        String cell =
                                (at.path("x").asInt() + x) + "," + (at.path("y").asInt() + y);
                        assertThat(cells.add(cell))
                                .as(where + " overlaps at " + cell)
                                .isTrue();
                    }
                }
            }
        }
    }

    @Test
    void everySelectorMatchesJobAndInstanceAndEveryRateTheRateInterval() {
        assertThat(Dashboards.queries()).hasSizeGreaterThan(40).allSatisfy(query -> {
            Matcher selector = SELECTOR.matcher(query.expression());
            assertThat(selector.find()).isTrue();
            do {
                assertThat(selector.group()).contains("job=~\"$job\"", "instance=~\"$instance\"");
            } while (selector.find());
            assertThat(query.expression()).doesNotContainPattern("\\[(?!\\$__rate_interval])");
            assertThat(query.expression())
                    .doesNotContainPattern("_total\\{[^}]*}(?!\\[)(?<!restarts_total\\{[^}]{0,60}})");
        });
    }

    @Test
    void theFilesAreWhatTheirProgramWrites(@TempDir Path directory) throws Exception {
        Path python = Tools.find("python3");
        Path source = Tools.repository("deploy/grafana");
        Path program = Files.copy(source.resolve("dashboards.py"), directory.resolve("dashboards.py"));
        Path written = Files.createDirectory(directory.resolve("dashboards"));
        Tools.run(directory, "", python, program);
        try (Stream<Path> files = Files.list(source.resolve("dashboards"))) {
            assertThat(files).hasSize(3).allSatisfy(file -> assertThat(written.resolve(file.getFileName()))
                    .hasSameTextualContentAs(file));
        }
    }
}
