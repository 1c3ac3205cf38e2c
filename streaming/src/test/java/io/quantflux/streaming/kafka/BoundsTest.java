// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.junit.jupiter.api.Test;

/** What keeps memory and transactions within their limits. */
class BoundsTest {
    private static final long MIB = 1 << 20;

    @Test
    void lanesAndWhatTheConsumerFetchesAheadStayWithinTheLimitTogether() {
        for (int brokers : new int[] {1, 3, 7}) {
            InflightBudget budget = new InflightBudget(64 * MIB, brokers);
            long ahead = 2L * brokers * budget.fetchBytes(); // one answer waits, one is on its way
            long lanes = 64 * MIB - ahead - ahead; // the most that is not paused
            assertThat(budget.isExceededBy(lanes)).isFalse();
            assertThat(budget.isExceededBy(lanes + 1)).isTrue();
            assertThat(lanes).as("half of it, but for margins").isBetween(30 * MIB, 32 * MIB);
            assertThat(lanes + ahead + ahead).as(brokers + " brokers").isLessThanOrEqualTo(64 * MIB);
        }
    }

    @Test
    void aPartitionGoesOnOnlyWhenHalfOfWhatPausedItIsGone() {
        InflightBudget budget = new InflightBudget(64 * MIB, 1);
        assertThat(budget.hasRoomAgainAt(16 * MIB + 1)).isFalse();
        assertThat(budget.hasRoomAgainAt(16 * MIB)).isTrue();
    }

    @Test
    void brokersAreThoseThatMayLeadAPartition() {
        Node[] nodes = {new Node(1, "a", 1), new Node(2, "b", 1), new Node(3, "c", 1)};
        List<PartitionInfo> two = List.of(
                new PartitionInfo("t", 0, nodes[0], nodes, nodes), new PartitionInfo("t", 1, nodes[1], nodes, nodes));
        assertThat(InflightBudget.of(MIB, two).brokers()).isEqualTo(2);
        assertThat(InflightBudget.of(1, List.of()).fetchBytes()).isEqualTo(2);
        assertThat(new InflightBudget(1, 1).isExceededBy(0)).isFalse();
    }

    @Test
    void anAnswerHasAsManyTensorsOfAPowerOfTwoAsFitAndHardlyMore() {
        InflightBudget budget = new InflightBudget(64 * MIB, 1);
        for (long tensor = MIB / 16; tensor <= 4 * MIB; tensor *= 2) {
            long record = tensor + 500; // key, headers, envelope, the batch's header
            long whole = budget.partitionFetchBytes() / record * record;
            assertThat(budget.partitionFetchBytes() - whole)
                    .as("thrown away of an answer with %d", tensor)
                    .isLessThan(tensor == MIB / 16 ? record : budget.partitionFetchBytes() / 100);
        }
        assertThat(budget.fetchBytes() - 8 * MIB).isLessThan(MIB / 10);
    }

    @Test
    void transactionsGrowWhileCommitsAreQuickAndShrinkWhenTheyAreSlow() {
        CommitPace pace = new CommitPace(32 * MIB, Duration.ofSeconds(16));
        assertThat(pace.limit()).isEqualTo(4 * MIB);
        pace.committed(4 * MIB, Duration.ofSeconds(1).toNanos());
        pace.committed(8 * MIB, Duration.ofSeconds(1).toNanos());
        pace.committed(16 * MIB, Duration.ofSeconds(1).toNanos());
        pace.committed(32 * MIB, Duration.ofSeconds(1).toNanos());
        assertThat(pace.limit()).isEqualTo(32 * MIB);
        CommitPace fast = new CommitPace(32 * MIB, Duration.ofSeconds(16));
        fast.committed(4 * MIB, Duration.ofMillis(50).toNanos());
        assertThat(fast.limit()).as("80 MiB a second").isEqualTo(32 * MIB);
        pace.committed(32 * MIB, Duration.ofSeconds(8).toNanos());
        assertThat(pace.limit())
                .as("as much as passes in a quarter of the timeout")
                .isEqualTo(16 * MIB);
        pace.committed(1, Duration.ofSeconds(1).toNanos());
        assertThat(pace.limit()).as("a small one proves nothing").isEqualTo(16 * MIB);
        pace.committed(1, Duration.ofSeconds(60).toNanos());
        assertThat(pace.limit()).as("never nothing").isEqualTo(1);
    }
}
