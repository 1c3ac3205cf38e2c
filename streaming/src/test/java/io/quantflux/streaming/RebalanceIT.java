// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quantflux.avro.EventCodec;
import io.quantflux.avro.TensorEvent;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Instances come and go while records and commands flow. */
class RebalanceIT {
    private static final List<TensorId> IDS =
            IntStream.range(0, 8).mapToObj(i -> new TensorId("run/layer" + i)).toList();

    @Test
    @SuppressWarnings("try") // the first is closed where the story wants it
    void anInstanceJoinsAndTheFirstLeavesAndTheBitsStayTheSame() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor first = cluster.start(Map.of("instance.id", "a", "commit.interval.ms", 20))) {
            Traffic traffic = new Traffic(cluster);
            traffic.flow(() -> first.status().records() > 50);
            try (Processor second = Processor.start(cluster.config(Map.of("instance.id", "b")))) {
                traffic.flow(() ->
                        second.status().partitions() > 0 && second.status().records() > 20);
                assertThat(first.status().partitions() + second.status().partitions())
                        .isEqualTo(TestCluster.PARTITIONS);
                first.close();
                traffic.flow(() -> second.status().partitions() == TestCluster.PARTITIONS);
                traffic.oracle.feed(IDS, traffic.step, traffic.step + 3);
                traffic.oracle.verify();
                traffic.verifyCommands();
                assertThat(first.status().restarts() + second.status().restarts())
                        .isZero();
            }
        }
    }

    /** A record a tensor and a command, again and again. The command changes nothing that the oracle would have to know. */
    private static final class Traffic {
        private final TestCluster cluster;
        private final Oracle oracle;
        private int step;
        private int commands;

        Traffic(TestCluster cluster) {
            this.cluster = cluster;
            this.oracle = new Oracle(cluster);
        }

        void flow(Callable<Boolean> enough) throws Exception {
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!enough.call()) {
                assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
                oracle.feed(IDS, step, ++step);
                cluster.send(
                        new ControlCommand("c" + commands++, "ada", Selector.ALL, new Action.SetObserver(true), null));
            }
        }

        /** Each command once for each tensor, and acknowledged once. */
        void verifyCommands() {
            long expected = (long) commands * (IDS.size() + 1);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(outcomes()).isEqualTo(expected));
            Map<String, Long> applied = cluster.readAll(cluster.topics.events()).stream()
                    .collect(Collectors.groupingBy(Traffic::outcome, Collectors.counting()));
            assertThat(applied)
                    .allSatisfy(
                            (outcome, times) -> assertThat(times).as(outcome).isEqualTo(1));
        }

        private long outcomes() {
            return cluster.readAll(cluster.topics.events()).size();
        }

        private static String outcome(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
            TensorEvent event = EventCodec.decode(record.value().duplicate());
            return TestCluster.key(record) + " " + event.kind() + " " + event.commandId();
        }
    }
}
