// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quantflux.avro.StateCodec;
import io.quantflux.avro.TensorState;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class HealthIT {
    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<String> get(Processor processor, String path) throws Exception {
        URI uri = URI.create(processor.httpAddress().orElseThrow() + path);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void itIsReadyWhenRecordsFlow() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = Processor.start(cluster.config(Map.of("http.port", 0)))) {
            assertThat(get(processor, "/livez").statusCode()).isEqualTo(200);
            // a member is ready, as a standby, also before the group has given it partitions
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            processor.status().ready() && processor.status().partitions() == 3);
            assertThat(get(processor, "/readyz").statusCode()).isEqualTo(200);
            assertThat(get(processor, "/api/status").body()).contains("\"ready\":true", "\"partitions\":3");
        }
    }

    @Test
    void aMemberWithoutPartitionsIsReadyAsAStandbyAndSaysSo() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor a = Processor.start(cluster.config(Map.of("instance.id", "a", "http.port", 0)));
                Processor b = Processor.start(cluster.config(Map.of("instance.id", "b", "http.port", 0)));
                Processor c = Processor.start(cluster.config(Map.of("instance.id", "c", "http.port", 0)));
                Processor d = Processor.start(cluster.config(Map.of("instance.id", "d", "http.port", 0)))) {
            List<Processor> all = List.of(a, b, c, d);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> all.stream().allMatch(p -> p.status().ready())
                            && all.stream()
                                            .mapToInt(p -> p.status().partitions())
                                            .sum()
                                    == 3
                            && all.stream()
                                            .mapToInt(p -> p.status().partitions())
                                            .max()
                                            .orElse(0)
                                    == 1);
            for (Processor processor : all) {
                HttpResponse<String> ready = get(processor, "/readyz");
                boolean standby = processor.status().partitions() == 0;
                assertThat(ready.statusCode()).isEqualTo(200);
                assertThat(ready.body().contains("standby: no partition is assigned to this member"))
                        .as(ready.body())
                        .isEqualTo(standby);
            }
        }
    }

    /** State that is ahead of the committed offset would count a record twice. */
    @Test
    void aShardWhoseStateDisagreesWithTheOffsetsStopsSaysSoAndItsNeighboursGoOn() throws Exception {
        TensorId id = new TensorId("run/x");
        TensorState ahead = new TensorState(
                CalibrationState.initial(QuantizationSpec.DEFAULT, QuantizationTarget.ACTIVATION),
                1000,
                5,
                1,
                null,
                TensorState.Session.NONE,
                List.of());
        try (TestCluster cluster = TestCluster.withTopics()) {
            int partition = cluster.send(id, 0, Tensor.of(Shape.of(1), 1)).partition();
            cluster.send(new ProducerRecord<>(
                    cluster.topics.state(),
                    partition,
                    id.value().getBytes(StandardCharsets.UTF_8),
                    StateCodec.encode(ahead)));
            int neighbour = (partition + 1) % TestCluster.PARTITIONS;
            try (Processor processor = Processor.start(cluster.config(Map.of("http.port", 0)))) {
                await().atMost(Duration.ofSeconds(30)).until(() -> processor
                        .status()
                        .notReadyBecause()
                        .toString()
                        .contains("has already counted offset 1000"));
                HttpResponse<String> ready = get(processor, "/readyz");
                assertThat(ready.statusCode()).isEqualTo(503);
                assertThat(ready.body())
                        .contains("stopped " + cluster.topics.activations() + "-" + partition + ": partition "
                                + partition + " @ 0: run/x has already counted offset 1000");

                Oracle oracle = new Oracle(cluster);
                oracle.feed(List.of(on(neighbour)), 0, 3);
                oracle.verify();
                assertThat(processor.status().restarts()).isZero();
            }
        }
    }

    private static TensorId on(int partition) {
        for (int i = 0; ; i++) {
            TensorId id = new TensorId("run/n" + i);
            byte[] key = id.value().getBytes(StandardCharsets.UTF_8);
            if (BuiltInPartitioner.partitionForKey(key, TestCluster.PARTITIONS) == partition) {
                return id;
            }
        }
    }
}
