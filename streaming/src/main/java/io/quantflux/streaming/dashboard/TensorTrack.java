// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.avro.QParamsUpdate;
import io.quantflux.avro.SourcePosition;
import io.quantflux.avro.TensorState;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.TensorStatistics;
import io.quantflux.streaming.view.FoldedTensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one tensor. The stream folds into it, in a fixed time a record whatever the tensor's size; the
 * dashboard's own thread turns that into points of a history and reads it.
 */
final class TensorTrack {
    private static final int MAX_CHANGES = 32;

    private final TensorId id;
    private final Gathered gathered = new Gathered();
    private final TensorHistory history = new TensorHistory();
    private final Deque<SwitchChange> changes = new ArrayDeque<>();
    private QParamsUpdate newest;
    private @Nullable TensorStatistics statistics;
    private String outcome = "";
    private long records;
    private long seenMillis;
    private long nonFinite;
    private @Nullable FirstNonFinite firstNonFinite;
    private Convergence convergence = Convergence.WAITING;
    private TensorState state;
    private @Nullable TensorSample sample;
    private long sampledMillis;
    private long releasedMillis;
    private boolean waiting;

    /** Of a tensor in a state that was restored, or that a command has led to. */
    TensorTrack(TensorId id, int partition, TensorState state, long nowMillis) {
        this.id = id;
        this.state = state;
        this.newest = QParamsUpdate.of(state, null, new SourcePosition(partition, state.lastOffset()));
        this.seenMillis = nowMillis;
    }

    /** Where the first NaN or infinity since the start was met: row-major element of a record. */
    record FirstNonFinite(long step, long element, int partition, long offset) {}

    /** The newest values of a tensor, consistent with each other. */
    @SuppressWarnings("ArrayRecordComponent") // numbers to draw: nobody compares them
    record Newest(
            TensorId id,
            QParamsUpdate update,
            TensorState state,
            @Nullable TensorStatistics statistics,
            String outcome,
            long records,
            long seenMillis,
            long nonFinite,
            @Nullable FirstNonFinite firstNonFinite,
            Convergence convergence,
            double drift,
            float[] spark) {}

    TensorId id() {
        return id;
    }

    /** Takes in a record's result; says whether the track now waits for {@link #remember}, and did not before. */
    synchronized boolean fold(FoldedTensor tensor, long nowMillis) {
        QParamsUpdate update = tensor.update();
        follow(update, tensor.state());
        seenMillis = nowMillis;
        outcome = tensor.output().outcome();
        records++;
        TensorStatistics measured = update.statistics();
        if (measured != null) {
            statistics = measured;
            gathered.add(measured);
            long bad = measured.nonFinite().total();
            nonFinite += bad;
            if (bad > 0 && firstNonFinite == null) {
                firstNonFinite = new FirstNonFinite(
                        update.step(),
                        measured.nonFinite().firstIndex(),
                        update.source().partition(),
                        update.source().offset());
            }
        }
        boolean first = !waiting;
        waiting = true;
        return first;
    }

    /** Takes in a state that no record led to. */
    synchronized void change(int partition, TensorState now) {
        follow(QParamsUpdate.of(now, null, new SourcePosition(partition, now.lastOffset())), now);
        convergence = Convergence.of(newest, history);
    }

    private void follow(QParamsUpdate update, TensorState now) {
        if (changes.isEmpty() || !update.switches().equals(newest.switches())) {
            changes.addLast(new SwitchChange(update.step(), update.version(), update.switches()));
            if (changes.size() > MAX_CHANGES) {
                changes.removeFirst();
            }
        }
        newest = update;
        state = now;
        releasedMillis = 0;
    }

    /** Notes that the tensor left this instance, unless it comes back. */
    synchronized void release(int partition, long nowMillis) {
        if (newest.source().partition() == partition) {
            releasedMillis = nowMillis;
        }
    }

    /** Since when it is no longer this instance's; 0 while it is. */
    synchronized long releasedMillis() {
        return releasedMillis;
    }

    /** Whether {@code everyMillis} have passed since the last sample was due; the next is due from then on. */
    synchronized boolean isSampleDue(long nowMillis, long everyMillis) {
        if (nowMillis - sampledMillis < everyMillis) {
            return false;
        }
        sampledMillis = nowMillis;
        return true;
    }

    synchronized void sampled(TensorSample now) {
        sample = now;
    }

    synchronized @Nullable TensorSample sample() {
        return sample;
    }

    /** Makes a point of what was folded since the last one. */
    synchronized void remember(int limit) {
        waiting = false;
        if (!gathered.isEmpty()) {
            history.add(newest.step(), HistoryPoint.of(newest, gathered), limit);
            gathered.clear();
        }
        convergence = Convergence.of(newest, history);
    }

    synchronized Newest newest(int sparkPoints) {
        return new Newest(
                id,
                newest,
                state,
                statistics,
                outcome,
                records,
                seenMillis,
                nonFinite,
                firstNonFinite,
                convergence,
                Convergence.drift(newest.step(), history),
                history.outline(HistoryPoint.Column.SQNR, sparkPoints));
    }

    synchronized List<SwitchChange> changes() {
        return new ArrayList<>(changes);
    }

    synchronized HistoryColumns history() {
        return HistoryColumns.of(history);
    }

    /** What a list is sorted by; greater comes first. */
    synchronized double rank(ListQuery.Sort sort) {
        TensorStatistics s = statistics;
        return switch (sort) {
            case SQNR -> s == null ? Double.NaN : -Gathered.sqnr(s.sumSquares(), s.sumSquaredError());
            case CLIPPED -> s == null ? Double.NaN : (double) s.clipped() / Math.max(1, s.elements());
            case UNDERFLOWED -> s == null ? Double.NaN : (double) s.underflowed() / Math.max(1, s.elements());
            case NON_FINITE -> nonFinite;
            case DRIFT -> Math.abs(Convergence.drift(newest.step(), history));
            case UPDATED -> seenMillis;
            case NAME -> 0;
        };
    }
}
