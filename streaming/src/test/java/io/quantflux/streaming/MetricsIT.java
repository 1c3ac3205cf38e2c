// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quantflux.spec.Shape;
import io.quantflux.spec.Tensor;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsIT {
    private static final TensorId CONV = new TensorId("run/conv1");
    private static final TensorId FC = new TensorId("run/fc");

    @Test
    void whatTheStreamDoesIsCountedThoughNobodyLooks() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(
                        Map.of("http.port", 0, "metrics.tensors", "run/conv*", "metrics.tensors.top", 0))) {
            for (int step = 0; step < 5; step++) {
                cluster.send(CONV, step, Tensor.of(Shape.of(4), -1, 0.5f, Float.NaN, 2));
                cluster.send(FC, step, Tensor.of(Shape.of(2), -1 - step, 1));
            }
            cluster.send(cluster.topics.activations(), "bad key!".getBytes(StandardCharsets.UTF_8), new byte[] {1});
            scrapeHas(processor, "quantflux_records_total{outcome=\"observed\"} 5.0"); // before the observer goes off
            cluster.send(new ControlCommand("c1", "ada", Selector.of(FC.value()), new Action.SetObserver(false), null));
            scrapeHas(
                    processor,
                    "quantflux_records_total{outcome=\"observed\"} 5.0",
                    "quantflux_records_total{outcome=\"quarantined\"} 5.0",
                    "quantflux_records_total{outcome=\"refused\"} 1.0",
                    "quantflux_dead_letters_total{reason=\"key\"} 1.0",
                    "quantflux_elements_total 30.0",
                    "quantflux_nonfinite_elements_total{kind=\"nan\"} 5.0",
                    "quantflux_stage_seconds_count{stage=\"calibrate\"} 10",
                    "quantflux_control_commands_total{outcome=\"accepted\"} 1.0",
                    "quantflux_control_commands_total{outcome=\"applied\"} 1.0",
                    "quantflux_control_epoch 1.0",
                    "quantflux_partitions 3.0",
                    "quantflux_tensors 2.0",
                    "quantflux_ready 1.0",
                    "quantflux_inflight_bytes 0.0",
                    "quantflux_lag_records{partition=\"0\"} 0.0",
                    "quantflux_build_info{",
                    "quantflux_tensor_nonfinite_ratio{tensor=\"run/conv1\"} 0.25",
                    "kafka_consumer_fetch_manager_",
                    "kafka_producer_txn_commit_time_ns_total{client=\"outputs\"",
                    "reactor_scheduler_tasks_completed_seconds_count{scheduler=\"compute\"}",
                    "jvm_memory_used_bytes{");
            assertThat(Http.get(processor, "/metrics").body()).doesNotContain("tensor=\"run/fc\"");
        }
    }

    @Test
    void aTensorThatMovesToAnotherProcessorTakesItsSeriesAlong() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor first = cluster.start(Map.of("http.port", 0, "instance.id", "a"))) {
            cluster.send(FC, 1, Tensor.of(Shape.of(2), -1, 1));
            scrapeHas(first, "quantflux_tensor_step{tensor=\"run/fc\"} 1.0");
            try (Processor second = cluster.start(Map.of("http.port", 0, "instance.id", "b", "metrics.tensors", "*"))) {
                first.close();
                scrapeHas(second, "quantflux_tensor_step{tensor=\"run/fc\"} 1.0", "quantflux_partitions 3.0");
            }
        }
    }

    @Test
    void aSessionThatEndsClosesItsClientsMetersAndTheNextBringsItsOwn() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor first = cluster.start(Map.of("http.port", 0, "instance.id", "a"))) {
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(producers(first)).isEqualTo(2));
            // the same transactional id: the first is fenced with its next record, and rejoins with new clients
            try (Processor second = cluster.start(Map.of("instance.id", "a"))) {
                assertThat(second.status().ready()).isTrue();
            }
            for (int step = 0; first.status().restarts() == 0; step++) {
                cluster.send(FC, step, Tensor.of(Shape.of(2), -1, 1));
                cluster.send(CONV, step, Tensor.of(Shape.of(2), -1, 1));
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> first.status().ready());
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(producers(first)).isEqualTo(2));
        }
    }

    private static long producers(Processor processor) throws Exception {
        return Http.get(processor, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("kafka_producer_txn_init_time_ns_total{client=\"outputs\""))
                .count();
    }

    private static void scrapeHas(Processor processor, String... lines) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(Http.get(processor, "/metrics").body()).contains(lines));
    }
}
