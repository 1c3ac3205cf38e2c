// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.shard.Emission;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What the stream has done since it started; written by the loop thread, read by anyone. */
final class StreamCounters {
    private final LongAdder records = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder commits = new LongAdder();
    private final LongAdder restarts = new LongAdder();
    private final Map<Emission.Reason, LongAdder> deadLetters = new ConcurrentHashMap<>();

    void folded(Lane.Result result) {
        if (result.input().isTensor()) {
            records.increment();
            bytes.add(result.input().bytes());
        }
        for (Emission.Reason reason : result.deadLetters()) {
            deadLetters.computeIfAbsent(reason, first -> new LongAdder()).increment();
        }
    }

    void committed() {
        commits.increment();
    }

    void restarted() {
        restarts.increment();
    }

    long records() {
        return records.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    long commits() {
        return commits.sum();
    }

    long restarts() {
        return restarts.sum();
    }

    Map<String, Long> deadLetters() {
        Map<String, Long> counts = new TreeMap<>();
        deadLetters.forEach((reason, count) -> counts.put(reason.name(), count.sum()));
        return counts;
    }
}
