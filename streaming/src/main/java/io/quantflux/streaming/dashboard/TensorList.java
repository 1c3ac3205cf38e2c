// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.Switches;
import io.quantflux.spec.TensorStatistics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Windows of the list of tensors. An order is kept for a second, for all who ask for the same: rows neither jump about nor
 * does sorting cost more with more viewers.
 */
final class TensorList {
    private static final long KEEP_NANOS = 1_000_000_000L;
    private static final int MAX_ORDERS = 16;
    private static final int SPARK_POINTS = 32;

    private final LongSupplier nanoTime;
    private final Map<OrderKey, Order> orders = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<OrderKey, Order> eldest) {
            return size() > MAX_ORDERS;
        }
    };

    TensorList(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    private record OrderKey(String search, ListQuery.Sort sort) {}

    /** @param total tensors there were, so that a window's counts are of one moment */
    private record Order(long nanos, int total, List<TensorTrack> tracks) {}

    private record Ranked(TensorTrack track, double rank) {}

    /**
     * A window.
     *
     * @param total tensors there are
     * @param matching those that the search leaves
     */
    record Window(int total, int matching, int offset, List<Row> rows) {}

    /** A tensor in the list. */
    @SuppressWarnings("ArrayRecordComponent") // numbers to draw: nobody compares them
    record Row(
            String id,
            String dtype,
            String granularity,
            int blocks,
            Switches switches,
            Convergence state,
            long step,
            @Nullable Double sqnr,
            @Nullable Double clipped,
            @Nullable Double underflowed,
            long nonFinite,
            double drift,
            long seenMillis,
            float[] spark) {

        static Row of(TensorTrack track) {
            TensorTrack.Newest n = track.newest(SPARK_POINTS);
            QuantizationSpec spec = n.update().spec();
            TensorStatistics s = n.statistics();
            var qparams = n.update().qparams();
            return new Row(
                    n.id().value(),
                    spec.dtype().key(),
                    spec.granularity().type(),
                    qparams == null ? 0 : qparams.scale().size(),
                    n.update().switches(),
                    n.convergence(),
                    n.update().step(),
                    s == null ? null : Gathered.sqnr(s.sumSquares(), s.sumSquaredError()),
                    s == null ? null : (double) s.clipped() / Math.max(1, s.elements()),
                    s == null ? null : (double) s.underflowed() / Math.max(1, s.elements()),
                    n.nonFinite(),
                    n.drift(),
                    n.seenMillis(),
                    n.spark());
        }
    }

    synchronized Window window(Collection<TensorTrack> all, ListQuery query) {
        Order order = order(all, query);
        List<TensorTrack> tracks = order.tracks();
        int from = Math.min(query.offset(), tracks.size());
        int to = Math.min(from + query.limit(), tracks.size());
        return new Window(
                order.total(),
                tracks.size(),
                from,
                tracks.subList(from, to).stream().map(Row::of).toList());
    }

    private Order order(Collection<TensorTrack> all, ListQuery query) {
        OrderKey key = new OrderKey(query.search(), query.sort());
        Order kept = orders.get(key);
        long now = nanoTime.getAsLong();
        if (kept != null && now - kept.nanos() < KEEP_NANOS) {
            return kept;
        }
        int total = 0;
        List<Ranked> ranked = new ArrayList<>();
        for (TensorTrack track : all) {
            total++;
            if (track.id().value().toLowerCase(Locale.ROOT).contains(query.search())) {
                double rank = track.rank(query.sort());
                ranked.add(new Ranked(track, Double.isNaN(rank) ? Double.NEGATIVE_INFINITY : rank));
            }
        }
        ranked.sort(Comparator.comparingDouble((Ranked r) -> -r.rank())
                .thenComparing(r -> r.track().id()));
        Order order = new Order(now, total, ranked.stream().map(Ranked::track).toList());
        orders.put(key, order);
        return order;
    }
}
