// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.shard.Emission;
import java.util.Collection;
import java.util.List;
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
        for (Emission emission : result.emissions()) {
            if (emission instanceof Emission.DeadLetter letter) {
                deadLetters
                        .computeIfAbsent(letter.reason(), first -> new LongAdder())
                        .increment();
            }
        }
    }

    void committed() {
        commits.increment();
    }

    void restarted() {
        restarts.increment();
    }

    /** These figures and those of the lanes; ready if there is no reason not to be. */
    StreamStatus status(
            List<String> reasons,
            List<String> notes,
            Collection<Lane> lanes,
            Map<Integer, Long> lag,
            long controlOffset) {
        return new StreamStatus(
                reasons.isEmpty(),
                List.copyOf(reasons),
                notes,
                lanes.size(),
                lanes.stream().mapToInt(Lane::tensors).sum(),
                records.sum(),
                bytes.sum(),
                lanes.stream().mapToLong(Lane::inflightBytes).sum(),
                commits.sum(),
                restarts.sum(),
                deadLetters(),
                lag,
                controlOffset);
    }

    private Map<String, Long> deadLetters() {
        Map<String, Long> counts = new TreeMap<>();
        deadLetters.forEach((reason, count) -> counts.put(reason.name(), count.sum()));
        return counts;
    }
}
