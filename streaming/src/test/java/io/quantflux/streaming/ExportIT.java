// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quantflux.avro.QParamsCodec;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.json.SpecJson;
import io.quantflux.streaming.cli.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path directory;

    @Test
    void theFileHasTheBitsOfTheTopic() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of("spec", "{\"preset\": \"a8_per_channel\"}"))) {
            for (String id : new String[] {"run/a", "run/b", "other/c"}) {
                cluster.send(new TensorId(id), 7, Tensor.of(Shape.of(1, 3), new float[] {id.length(), -0.1f, 1e-20f}));
            }
            Map<String, QParamsUpdate> published = new TreeMap<>();
            cluster.read(cluster.topics.qparams(), 3)
                    .forEach(r -> published.put(TestCluster.key(r), QParamsCodec.decode(r.value())));

            Path file = directory.resolve("qparams.json");
            CommandRun run = export(cluster, "--selector", "run/*", "--out", file.toString());
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).isEqualToIgnoringNewLines("wrote 2 tensors to " + file);
            assertThat(processor.status().deadLetters()).isEmpty();

            JsonNode document = JSON.readTree(file.toFile());
            assertThat(document.fieldNames()).toIterable().containsExactly("run/a", "run/b");
            for (String id : new String[] {"run/a", "run/b"}) {
                QParamsUpdate update = Objects.requireNonNull(published.get(id));
                JsonNode entry = document.get(id);
                assertThat(SpecJson.read(entry.get("spec").toString())).isEqualTo(update.spec());
                assertThat(entry.get("step").longValue()).isEqualTo(7);
                assertThat(entry.get("version").longValue()).isEqualTo(update.version());
                assertThat(floats(entry.get("scale")))
                        .isEqualTo(Objects.requireNonNull(update.qparams()).scale());
                assertThat(floats(entry.get("running_min"))).isEqualTo(update.runningMin());
                assertThat(floats(entry.get("running_max"))).isEqualTo(update.runningMax());
            }
        }
    }

    @Test
    void whatCannotBeExportedLeavesNoFile() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics()) {
            Path file = directory.resolve("none.json");
            export(cluster, "--selector", "nobody/*", "--out", file.toString())
                    .failed(2, "no tensor that matches nobody/*");
            assertThat(Files.exists(file)).isFalse();
            export(cluster).failed(2, "--out");
        }
    }

    private static CommandRun export(TestCluster cluster, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "export",
                "--bootstrap-server",
                TestCluster.bootstrapServers(),
                "-D",
                "topic.prefix=" + cluster.prefix));
        words.addAll(List.of(more));
        return CommandRun.of(words.toArray(String[]::new));
    }

    private static FloatArray floats(JsonNode array) {
        List<Integer> extents = new ArrayList<>();
        array.get("shape").forEach(extent -> extents.add(extent.intValue()));
        float[] data = new float[array.get("data").size()];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) array.get("data").get(i).doubleValue();
        }
        return FloatArray.of(
                Shape.of(extents.stream().mapToInt(Integer::intValue).toArray()), data);
    }
}
