// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RestoresTest {
    private static final TopicPartition ONE = new TopicPartition("t", 1);
    private static final TopicPartition TWO = new TopicPartition("t", 2);
    private final Restores restores = new Restores();

    private long number(Map<TopicPartition, Long> begun, TopicPartition partition) {
        assertThat(begun).containsKey(partition);
        return begun.getOrDefault(partition, 0L);
    }

    @Test
    void whatComesMeanwhileIsReadByItself() {
        restores.add(List.of(ONE));
        Map<TopicPartition, Long> first = restores.begin();
        restores.add(List.of(TWO));
        Map<TopicPartition, Long> second = restores.begin();
        assertThat(second).containsOnlyKeys(TWO);
        assertThat(restores.begin()).isEmpty();
        assertThat(restores.take(ONE, number(first, ONE))).isTrue();
        assertThat(restores.size()).isEqualTo(1);
        assertThat(restores.take(TWO, number(second, TWO))).isTrue();
        assertThat(restores.isEmpty()).isTrue();
    }

    @Test
    void whatWasReadBeforeAPartitionWentElsewhereIsStale() {
        restores.add(List.of(ONE));
        long before = number(restores.begin(), ONE);
        restores.removeAll(List.of(ONE));
        assertThat(restores.take(ONE, before)).isFalse();
        restores.add(List.of(ONE));
        assertThat(restores.take(ONE, before)).isFalse();
        assertThat(restores.take(ONE, number(restores.begin(), ONE))).isTrue();
    }

    @Test
    void nothingIsTakenTwice() {
        restores.add(List.of(ONE));
        long number = number(restores.begin(), ONE);
        assertThat(restores.take(ONE, number)).isTrue();
        assertThat(restores.take(ONE, number)).isFalse();
    }
}
