// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.spec.TensorId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one viewer has been told already: the rest is news. Used by one thread at a time. */
final class LiveView {
    private static final long HEARTBEAT_NANOS = 950_000_000L;

    private final Dashboard dashboard;
    private final ListQuery query;
    private final @Nullable TensorId watched;
    private byte[] toldList = new byte[0];
    private byte[] toldTensor = new byte[0];
    private long overviewNanos = System.nanoTime() - HEARTBEAT_NANOS;

    LiveView(Dashboard dashboard, ListQuery query, @Nullable TensorId watched) {
        this.dashboard = dashboard;
        this.query = query;
        this.watched = watched;
    }

    /** {@code null} if there is no news and the last is recent. */
    byte @Nullable [] next(long tick) {
        boolean whole = System.nanoTime() - overviewNanos >= HEARTBEAT_NANOS;
        Map<String, Object> news = new LinkedHashMap<>();
        news.put("nowMillis", System.currentTimeMillis());
        boolean any = whole;
        if (whole) {
            overviewNanos = System.nanoTime();
            news.put("overview", dashboard.overview());
        }
        TensorList.Window window = dashboard.window(query);
        byte[] list = DashboardJson.bytes(window);
        if (!Arrays.equals(list, toldList)) {
            toldList = list;
            news.put("list", window);
            any = true;
        }
        if (watched != null) {
            TensorDetail detail = dashboard.detail(watched, whole);
            byte[] tensor = DashboardJson.bytes(detail == null ? "gone" : detail);
            if (whole || !Arrays.equals(tensor, toldTensor)) {
                toldTensor = whole ? toldTensor : tensor;
                news.put("tensor", detail == null ? Map.of("id", watched.value(), "gone", true) : detail);
                any = true;
            }
        }
        return any ? DashboardJson.bytes(news) : null;
    }
}
