// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.streaming.kafka.StreamStatus;
import io.quantflux.streaming.view.StageTimes;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What each stage of the stream did in the last second. */
final class Traffic {
    private final int computeThreads;
    private final LongAdder queued = new LongAdder();
    private final LongAdder calibrate = new LongAdder();
    private final LongAdder encode = new LongAdder();
    private final LongAdder commit = new LongAdder();
    private Reading last = new Reading(0, 0, 0, 0, 0, 0, 0, 0);
    private volatile Rates rates = new Rates(0, 0, 0, 0, 0, List.of());

    /** @param computeThreads that calibrate and encode share */
    Traffic(int computeThreads) {
        this.computeThreads = computeThreads;
    }

    private record Reading(
            long nanos,
            long records,
            long bytes,
            long commits,
            long queued,
            long calibrate,
            long encode,
            long commit) {}

    /**
     * Per second, over the last second.
     *
     * @param waitMillis mean time a record waited for its lane
     * @param commitMillis mean time of a commit
     */
    record Rates(
            double records, double bytes, double commits, double waitMillis, double commitMillis, List<Stage> stages) {}

    /** @param busy share of the time its threads worked, 0 to 1 */
    record Stage(String name, double busy) {}

    void folded(StageTimes times) {
        queued.add(times.queued());
        calibrate.add(times.calibrate());
        encode.add(times.encode());
    }

    void committed(long nanos) {
        commit.add(nanos);
    }

    /** Closes the last second. */
    void turn(StreamStatus status, long nanoTime) {
        Reading before = last;
        Reading now = new Reading(
                nanoTime,
                status.records(),
                status.bytes(),
                status.commits(),
                queued.sum(),
                calibrate.sum(),
                encode.sum(),
                commit.sum());
        last = now;
        double nanos = Math.max(1, now.nanos - before.nanos);
        double perSecond = 1e9 / nanos;
        long records = now.records - before.records;
        long commits = now.commits - before.commits;
        rates = new Rates(
                records * perSecond,
                (now.bytes - before.bytes) * perSecond,
                commits * perSecond,
                (now.queued - before.queued) / 1e6 / Math.max(1, records),
                (now.commit - before.commit) / 1e6 / Math.max(1, commits),
                List.of(
                        new Stage("calibrate", share(now.calibrate - before.calibrate, nanos * computeThreads)),
                        new Stage("encode", share(now.encode - before.encode, nanos * computeThreads)),
                        new Stage("commit", share(now.commit - before.commit, nanos))));
    }

    private static double share(long busy, double available) {
        return Math.min(1, busy / available);
    }

    Rates rates() {
        return rates;
    }
}
