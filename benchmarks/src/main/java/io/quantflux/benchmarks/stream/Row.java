// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.stream;

import java.util.Locale;

/** The result for one tensor size under one guarantee. */
record Row(int bytes, Guarantee guarantee, Entrant raw, Entrant quantflux, Entrant streams) {
    static final String HEAD = "   tensor  guarantee          raw  quantflux   streams MB/s   to raw  to streams"
            + "   raw p50/p99 ms  added p50/p99 ms  heap beyond in + out";

    /** A tensor's bytes are allocated when they are received and when the output is made: what comes on top, as a share. */
    private double beyondPayload() {
        return quantflux.allocatedPerTensor() / bytes - 2;
    }

    /** Heap bytes a tensor allocates more than the raw copy does, as a share of the tensor's own. */
    private double beyondRaw() {
        return (quantflux.allocatedPerTensor() - raw.allocatedPerTensor()) / bytes;
    }

    private double added(double quantile) {
        return quantflux.latency(quantile) - raw.latency(quantile);
    }

    String json() {
        return String.format(
                Locale.ROOT,
                "{\"bytes\":%d,\"guarantee\":\"%s\",\"throughput_ratio_to_raw\":%.3f,\"throughput_ratio_to_streams\":%.3f,"
                        + "\"added_p50_ms\":%.2f,\"added_p99_ms\":%.2f,\"raw_mb_s\":%.0f,\"quantflux_mb_s\":%.0f,"
                        + "\"streams_mb_s\":%.0f,\"raw_p50_ms\":%.2f,\"raw_p99_ms\":%.2f,\"allocated_beyond_payload\":%.3f,"
                        + "\"allocated_beyond_raw\":%.3f,"
                        + "\"rounds\":%d}",
                bytes,
                guarantee.key(),
                quantflux.ratioTo(raw),
                quantflux.ratioTo(streams),
                added(0.5),
                added(0.99),
                raw.megabytesPerSecond(),
                quantflux.megabytesPerSecond(),
                streams.megabytesPerSecond(),
                raw.latency(0.5),
                raw.latency(0.99),
                beyondPayload(),
                beyondRaw(),
                raw.rounds());
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "%9d  %-14s %7.0f %10.0f %9.0f %13.2f %11.2f %9.1f /%5.1f %9.1f /%5.1f %10.1f %%",
                bytes,
                guarantee.key(),
                raw.megabytesPerSecond(),
                quantflux.megabytesPerSecond(),
                streams.megabytesPerSecond(),
                quantflux.ratioTo(raw),
                quantflux.ratioTo(streams),
                raw.latency(0.5),
                raw.latency(0.99),
                added(0.5),
                added(0.99),
                beyondPayload() * 100);
    }
}
