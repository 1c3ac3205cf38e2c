// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.streaming.config.BreakerSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PoisonBreakerTest {
    private static final long SECOND = 1_000_000_000;
    private final PoisonBreaker breaker = new PoisonBreaker(new BreakerSettings(0.5, 20, Duration.ofSeconds(1)));

    @Test
    void itOpensAtTheShareOfAWholeWindowAndNotBefore() {
        for (int i = 0; i < 19; i++) {
            assertThat(breaker.record(i % 2 == 0, 0)).as("record %d", i).isFalse();
        }
        assertThat(breaker.record(false, 0)).isTrue();
        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void aPercentOfBadRecordsNeverOpensIt() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(breaker.record(i % 100 == 0, 0)).isFalse();
        }
    }

    @Test
    void itWaitsTwiceAsLongAfterEachTrialThatFailsAndClosesAfterOneThatDoesNot() {
        bad(20);
        assertThat(breaker.remainingNanos(0)).isEqualTo(SECOND);
        breaker.probe();
        bad(2);
        assertThat(breaker.remainingNanos(0)).isEqualTo(2 * SECOND);
        for (int i = 0; i < 10; i++) {
            breaker.probe();
            bad(2);
        }
        assertThat(breaker.remainingNanos(0)).isEqualTo(16 * SECOND);

        breaker.probe();
        assertThat(breaker.record(false, 0)).isFalse();
        assertThat(breaker.record(false, 0)).isFalse();
        for (int i = 0; i < 9; i++) {
            assertThat(breaker.record(true, 0))
                    .as("a whole window is looked at again")
                    .isFalse();
        }
    }

    @Test
    void aShareOfZeroTurnsItOff() {
        PoisonBreaker off = new PoisonBreaker(new BreakerSettings(0, 10, Duration.ofSeconds(1)));
        for (int i = 0; i < 100; i++) {
            assertThat(off.record(true, 0)).isFalse();
        }
    }

    private void bad(int records) {
        for (int i = 0; i < records; i++) {
            breaker.record(true, 0);
        }
        assertThat(breaker.isOpen()).isTrue();
    }
}
