// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadinessRulesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final StreamStatus READY =
            new StreamStatus(true, List.of(), List.of(), 2, 3, 4, 5, 6, 7, 8, Map.of(), Map.of(), 0);

    @Test
    void aLoopThatHasTurnedLatelyKeepsItsStatus() {
        assertThat(LoopWatch.judge(READY, Duration.ofSeconds(4))).isSameAs(READY);
    }

    @Test
    void aLoopThatStandsStillInACallToTheBrokerIsNotReadyAndKeepsItsFigures() {
        StreamStatus judged = LoopWatch.judge(READY, Duration.ofSeconds(9));
        assertThat(judged.ready()).isFalse();
        assertThat(judged.notReadyBecause()).containsExactly("the loop has waited for the brokers for 9 s");
        assertThat(judged.records()).isEqualTo(READY.records());
    }

    @Test
    void aMemberIsNotReadyBeforeItsFirstAssignment() {
        assertThat(new Membership().missing(true, 0)).contains("waiting for an assignment");
    }

    @Test
    void aMemberWithoutPartitionsWaitsForItsShareAndThenStandsBy() {
        Membership membership = new Membership();
        membership.assigned(true, 100 * SECOND);
        assertThat(membership.missing(true, 101 * SECOND)).contains("waiting for a share of the partitions");
        membership.assigned(true, 105 * SECOND); // another empty one starts nothing anew
        assertThat(membership.missing(true, 109 * SECOND)).isPresent();
        assertThat(membership.missing(true, 111 * SECOND)).isEmpty();
    }

    @Test
    void aMemberWithPartitionsIsNotHeldUp() {
        Membership membership = new Membership();
        membership.assigned(false, 100 * SECOND);
        assertThat(membership.missing(false, 100 * SECOND)).isEmpty();
    }
}
