// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus with the configuration that is shipped scrapes a real processor. */
class PrometheusIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final ObjectMapper json = new ObjectMapper();

    @TempDir
    private Path directory;

    @Test
    void theAlertsThatAreShippedFireWhenTheyShouldAndOnlyThen() throws Exception {
        Path promtool = Tools.find("promtool");
        Path shipped = Tools.repository("deploy/prometheus");
        assertThat(Tools.run(shipped, "", promtool, "check", "config", "prometheus.yml"))
                .contains("rules found");
        assertThat(Tools.run(shipped, "", promtool, "test", "rules", "rules_test.yml"))
                .contains("SUCCESS");
    }

    @Test
    void ourNamesAreAsPrometheusWantsThem() throws Exception {
        Path promtool = Tools.find("promtool");
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of("http.port", 0))) {
            TensorId id = new TensorId("run/fc");
            cluster.send(id, 1, Tensor.of(Shape.of(2), -1, 1));
            String text = await().atMost(PATIENCE)
                    .until(() -> Http.get(processor, "/metrics").body(), body -> body.contains("tensor=\"run/fc\""));
            String ours =
                    text.lines().filter(line -> line.contains("quantflux_")).collect(joining("\n", "", "\n"));
            assertThat(Tools.run(directory, ours, promtool, "check", "metrics")).isEmpty();
        }
    }

    @Test
    void everyQueryOfTheDashboardsHasAnAnswerAndEveryAlertIsEvaluated() throws Exception {
        Path program = Tools.find("prometheus");
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of("http.port", 0));
                Prometheus prometheus =
                        new Prometheus(program, processor.httpAddress().orElseThrow())) {
            Traffic traffic = new Traffic(cluster);
            List<Dashboards.Query> silent = new ArrayList<>(Dashboards.queries());
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!silent.isEmpty() && System.nanoTime() < deadline) {
                traffic.send();
                silent.removeIf(query -> !prometheus.query(query.expression()).isEmpty());
            }
            assertThat(silent).as("queries without an answer").isEmpty();
            assertThat(prometheus.query("nonsense_total")).isEmpty(); // or the check above would check nothing

            JsonNode groups = prometheus.get("/api/v1/rules").at("/data/groups");
            assertThat(groups).hasSize(1);
            for (JsonNode rule : groups.get(0).path("rules")) {
                assertThat(rule.path("health").asText())
                        .as(rule.toPrettyString())
                        .isEqualTo("ok");
            }
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                            prometheus.get("/api/v1/alerts").toString())
                    .contains("QuantFluxDeadLetters", "QuantFluxNonFinite"));
        }
    }

    /** Good tensors, a bad record, non-finite values and a command, again and again. */
    private static final class Traffic {
        private final TestCluster cluster;
        private int step;

        Traffic(TestCluster cluster) {
            this.cluster = cluster;
        }

        void send() {
            cluster.send(new TensorId("run/fc"), step, Tensor.of(Shape.of(4), -1, 0.001f, 0.5f, 1 + step % 3));
            cluster.send(new TensorId("run/nan"), step, Tensor.of(Shape.of(2), Float.NaN, 1));
            cluster.send(cluster.topics.activations(), "bad key!".getBytes(StandardCharsets.UTF_8), new byte[] {1});
            cluster.send(new ControlCommand("c" + step++, "ada", Selector.ALL, new Action.SetObserver(true), null));
        }
    }

    /** The program, run in a directory of its own with the shipped files; only where the processor is differs. */
    private final class Prometheus implements AutoCloseable {
        private final Process process;
        private final String address;

        Prometheus(Path program, String processor) throws IOException {
            Path shipped = Tools.repository("deploy/prometheus");
            String config = Files.readString(shipped.resolve("prometheus.yml"));
            assertThat(config).contains("\"processor:8642\"");
            String target = URI.create(processor).getAuthority();
            Path file = directory.resolve("prometheus.yml");
            Files.writeString(file, config.replace("processor:8642", target));
            Files.copy(shipped.resolve("rules.yml"), directory.resolve("rules.yml"));
            address = "127.0.0.1:" + Tools.freePort();
            process = new ProcessBuilder(
                            program.toString(),
                            "--config.file=" + file,
                            "--storage.tsdb.path=" + directory.resolve("data"),
                            "--web.listen-address=" + address)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
        }

        /** The samples of an instant query, with Grafana's variables filled in; none while Prometheus starts. */
        List<JsonNode> query(String expression) {
            String filled = expression
                    .replace("$__rate_interval", "20s")
                    .replace("$job", ".+")
                    .replace("$instance", ".+")
                    .replace("$tensor", "run/fc");
            JsonNode answer = get("/api/v1/query?query=" + URLEncoder.encode(filled, StandardCharsets.UTF_8));
            assertThat(answer.path("status").asText("success")).as(filled).isEqualTo("success");
            List<JsonNode> samples = new ArrayList<>();
            answer.at("/data/result").forEach(samples::add);
            return samples;
        }

        JsonNode get(String path) {
            try {
                return json.readTree(Http.get("http://" + address + path).body());
            } catch (IOException e) { // it starts
                return json.createObjectNode();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() throws InterruptedException {
            process.destroy();
            process.waitFor();
        }
    }
}
