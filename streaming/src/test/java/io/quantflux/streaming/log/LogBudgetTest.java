// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LogBudgetTest {
    private long now = 5;
    private final LogBudget budget = new LogBudget(2, Duration.ofNanos(100), () -> now);

    @Test
    void eachKindHasItsOwn() {
        assertThat(budget.allows("a")).isTrue();
        assertThat(budget.allows("a")).isTrue();
        assertThat(budget.allows("a")).isFalse();
        assertThat(budget.allows("b")).isTrue();
    }

    @Test
    void afterAWhileItSaysWhatWasLeftOutAndBeginsAnew() {
        for (int i = 0; i < 5; i++) {
            var unused = budget.allows("a");
        }
        var unusedToo = budget.allows("b");
        now += 99;
        assertThat(leftOut()).isEmpty();
        now += 1;
        assertThat(leftOut()).isEqualTo(Map.of("a", 3L));
        assertThat(budget.allows("a")).isTrue();
        now += 100;
        assertThat(leftOut()).isEmpty();
    }

    private Map<String, Long> leftOut() {
        Map<String, Long> leftOut = new TreeMap<>();
        budget.settle(leftOut::put);
        return leftOut;
    }
}
