// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.avro.PendingCommand;
import io.quantflux.avro.QParamsUpdate;
import io.quantflux.avro.TensorState;
import io.quantflux.spec.FloatArray;
import io.quantflux.spec.QParams;
import io.quantflux.spec.Switches;
import io.quantflux.spec.TensorStatistics;
import io.quantflux.spec.json.SpecJson;
import io.quantflux.streaming.shard.ActionText;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything the page shows of one tensor.
 *
 * @param scale of the first blocks, at most {@value #BLOCKS}; empty before the first observation
 * @param history {@code null} in an update between two of the history's own
 */
@SuppressWarnings("ArrayRecordComponent") // numbers to draw: nobody compares them
record TensorDetail(
        String id,
        Map<String, @Nullable Object> spec,
        String target,
        Switches switches,
        Convergence state,
        String outcome,
        long step,
        long version,
        long observations,
        long records,
        int partition,
        long offset,
        long seenMillis,
        double drift,
        int blocks,
        float[] scale,
        int[] zeroPoint,
        float[] minval,
        float[] runningMin,
        float[] runningMax,
        Limits limits,
        @Nullable TensorStatistics statistics,
        @Nullable Double sqnr,
        long nonFinite,
        TensorTrack.@Nullable FirstNonFinite firstNonFinite,
        String session,
        boolean scheduled,
        List<Pending> pending,
        List<SwitchChange> changes,
        @Nullable HistoryColumns history,
        @Nullable ChannelView channels,
        @Nullable Slice sample) {
    private static final int BLOCKS = 8;

    /** A command that waits for its step. */
    record Pending(
            String id,
            String actor,
            String action,
            @Nullable Long step) {}

    /** A sampled slice as it is drawn. */
    record Slice(
            long step, String shape, long elements, int stride, float[] before, float[] after, Histogram histogram) {
        static Slice of(TensorSample s, Limits limits) {
            return new Slice(
                    s.step(),
                    s.shape(),
                    s.elements(),
                    s.stride(),
                    s.before(),
                    s.after(),
                    Histogram.of(s.spread(), limits));
        }
    }

    static TensorDetail of(TensorTrack track, boolean withHistory) {
        TensorTrack.Newest n = track.newest(0);
        QParamsUpdate u = n.update();
        TensorState state = n.state();
        QParams q = u.qparams();
        TensorStatistics s = n.statistics();
        Limits limits = Limits.of(u.spec(), q);
        TensorSample sample = withHistory ? track.sample() : null;
        return new TensorDetail(
                n.id().value(),
                SpecJson.tree(SpecJson.write(u.spec())),
                u.target().key(),
                u.switches(),
                n.convergence(),
                n.outcome(),
                u.step(),
                u.version(),
                u.observations(),
                n.records(),
                u.source().partition(),
                u.source().offset(),
                n.seenMillis(),
                n.drift(),
                q == null ? 0 : q.scale().size(),
                first(q == null ? null : q.scale()),
                q == null || q.zeroPoint() == null
                        ? new int[0]
                        : Arrays.copyOf(
                                q.zeroPoint().toArray(),
                                Math.min(BLOCKS, q.zeroPoint().size())),
                first(q == null ? null : q.minval()),
                first(u.runningMin()),
                first(u.runningMax()),
                limits,
                s,
                s == null ? null : Gathered.sqnr(s.sumSquares(), s.sumSquaredError()),
                n.nonFinite(),
                n.firstNonFinite(),
                state.session().name().toLowerCase(Locale.ROOT),
                state.schedule() != null,
                state.pending().stream().map(TensorDetail::pending).toList(),
                track.changes(),
                withHistory ? track.history() : null,
                withHistory ? ChannelView.of(u) : null,
                sample == null ? null : Slice.of(sample, limits));
    }

    private static Pending pending(PendingCommand p) {
        return new Pending(
                p.command().id(),
                p.command().actor(),
                ActionText.of(p.command().action()),
                p.command().effectiveStep());
    }

    private static float[] first(@Nullable FloatArray values) {
        return values == null ? new float[0] : Arrays.copyOf(values.toArray(), Math.min(BLOCKS, values.size()));
    }
}
