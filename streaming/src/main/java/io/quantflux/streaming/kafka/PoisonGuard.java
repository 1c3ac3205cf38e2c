// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.config.BreakerSettings;
import io.quantflux.streaming.shard.Emission;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** The breakers of all assigned partitions. Confined to the loop thread. */
final class PoisonGuard {
    private final BreakerSettings settings;
    private final Map<TopicPartition, PoisonBreaker> breakers = new HashMap<>();
    private final Map<TopicPartition, Emission.Reason> latest = new HashMap<>();

    PoisonGuard(BreakerSettings settings) {
        this.settings = settings;
    }

    /** Takes note of a result; returns whether the partition is to be paused now. */
    boolean opensWith(TopicPartition partition, Lane.Result result) {
        if (!result.input().isTensor()) {
            return false;
        }
        boolean dead = false;
        for (Emission emission : result.emissions()) {
            if (emission instanceof Emission.DeadLetter letter) {
                latest.put(partition, letter.reason());
                dead = true;
            }
        }
        return breakers.computeIfAbsent(partition, first -> new PoisonBreaker(settings))
                .record(dead, System.nanoTime());
    }

    /** The paused partitions whose time has come; a part of a window decides on them anew. */
    List<TopicPartition> due() {
        long now = System.nanoTime();
        List<TopicPartition> due = breakers.entrySet().stream()
                .filter(each -> each.getValue().isOpen() && each.getValue().remainingNanos(now) <= 0)
                .map(Map.Entry::getKey)
                .toList();
        due.forEach(partition -> {
            PoisonBreaker breaker = breakers.get(partition);
            if (breaker != null) {
                breaker.probe();
            }
        });
        return due;
    }

    /** Partitions that are no longer this instance's. */
    void forget(Collection<TopicPartition> partitions) {
        breakers.keySet().removeAll(partitions);
        latest.keySet().removeAll(partitions);
    }

    /** One line for each paused partition. */
    List<String> reasons() {
        long now = System.nanoTime();
        return breakers.entrySet().stream()
                .filter(each -> each.getValue().isOpen())
                .map(each -> "paused " + each.getKey() + ": at least " + Math.round(settings.share() * 100)
                        + " % of its records became dead letters, the latest as " + latest.get(each.getKey())
                        + "; tried again in "
                        + Math.max(
                                0,
                                Duration.ofNanos(each.getValue().remainingNanos(now))
                                        .toSeconds())
                        + " s")
                .toList();
    }
}
