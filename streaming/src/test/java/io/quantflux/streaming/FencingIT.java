// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quantflux.spec.TensorId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Transactions that cannot commit: what was sent in them is never seen, and is done again. */
class FencingIT {
    private static final List<TensorId> IDS =
            IntStream.range(0, 6).mapToObj(i -> new TensorId("run/layer" + i)).toList();

    /** Two processors of one transactional id fence each other; one gives up, and no output is lost or doubled. */
    @Test
    void twoInstancesOfOneIdLoseAndDoubleNothingAndOneGivesUp() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor first = cluster.start(Map.of("commit.interval.ms", 20))) {
            Oracle oracle = new Oracle(cluster);
            oracle.feed(IDS, 0, 20);
            try (Processor second = Processor.start(cluster.config(Map.of("commit.interval.ms", 20)))) {
                int step = 20;
                long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
                while (!first.ended().isDone() && !second.ended().isDone() && System.nanoTime() < deadline) {
                    oracle.feed(IDS, step, ++step);
                }
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> first.ended().isDone() || second.ended().isDone());
                Processor gone = first.ended().isDone() ? first : second;
                Processor other = gone == first ? second : first;
                assertThat(gone.ended())
                        .failsWithin(Duration.ofSeconds(1))
                        .withThrowableThat()
                        .withMessageContaining("another instance runs with the same instance.id");
                assertThat(first.status().restarts() + second.status().restarts())
                        .isPositive();

                oracle.feed(IDS, step, step + 5);
                oracle.verify();
                assertThat(other.ended()).isNotDone();
            }
        }
    }
}
