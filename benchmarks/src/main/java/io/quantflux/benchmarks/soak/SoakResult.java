// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What the samples say. The first third is the warm-up; the two others are compared.
 *
 * @param heapChangePercent median heap after collection, last third against the middle one
 * @param rssSlope MiB a minute, least squares over the last two thirds
 * @param maxInflight bytes, over all samples
 * @param lagGrowth records, from the first sample to the last
 * @param restarts of the processor's clients, over all samples
 */
record SoakResult(
        int samples,
        double minutes,
        double heapMiB,
        double heapChangePercent,
        double rssMiB,
        double rssSlope,
        long maxInflight,
        long inflightCap,
        long lagGrowth,
        long records,
        long restarts) {

    private static final double HEAP_TOLERANCE_PERCENT = 10;
    private static final double RSS_LIMIT = 1;
    private static final double MIB = 1 << 20;

    static SoakResult of(List<Sample> samples, long inflightCap) {
        if (samples.size() < 6) {
            throw new IllegalArgumentException("needs 6 samples or more but has " + samples.size());
        }
        int third = samples.size() / 3;
        List<Sample> middle = samples.subList(third, 2 * third);
        List<Sample> last = samples.subList(2 * third, samples.size());
        List<Sample> warm = samples.subList(third, samples.size());
        double before = median(middle, Sample::heapBytes);
        double after = median(last, Sample::heapBytes);
        Sample first = samples.get(0);
        Sample end = samples.get(samples.size() - 1);
        return new SoakResult(
                samples.size(),
                (end.seconds() - first.seconds()) / 60,
                after / MIB,
                100 * (after - before) / before,
                end.rssBytes() / MIB,
                60 * slope(warm) / MIB,
                samples.stream().mapToLong(Sample::inflightBytes).max().orElse(0),
                inflightCap,
                end.lagRecords() - first.lagRecords(),
                end.records() - first.records(),
                end.restarts());
    }

    /** What is not as promised; empty when all is. */
    List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        if (heapChangePercent > HEAP_TOLERANCE_PERCENT) {
            complaints.add(text(
                    "heap after collection rose by %.1f %%, more than %.0f",
                    heapChangePercent, HEAP_TOLERANCE_PERCENT));
        }
        if (rssSlope >= RSS_LIMIT) {
            complaints.add(text("resident memory rises by %.2f MiB a minute, not less than %.0f", rssSlope, RSS_LIMIT));
        }
        if (maxInflight > inflightCap) {
            complaints.add(text("%d bytes were in flight, more than %d", maxInflight, inflightCap));
        }
        if (lagGrowth <= 0) {
            complaints.add(text("the lag did not grow (%d records): the broker was not slow", lagGrowth));
        }
        if (records <= 0) {
            complaints.add("no record was processed");
        }
        if (restarts > 0) {
            complaints.add(text("the processor opened its clients anew %d times", restarts));
        }
        return complaints;
    }

    String json() {
        return text(
                "{\"minutes\":%.1f,\"samples\":%d,\"heap_mib\":%.1f,\"heap_change_percent\":%.2f,\"rss_mib\":%.1f,"
                        + "\"rss_slope_mib_per_min\":%.3f,\"max_inflight_bytes\":%d,\"inflight_cap_bytes\":%d,"
                        + "\"lag_growth_records\":%d,\"records\":%d,\"restarts\":%d,\"ok\":%b}",
                minutes,
                samples,
                heapMiB,
                heapChangePercent,
                rssMiB,
                rssSlope,
                maxInflight,
                inflightCap,
                lagGrowth,
                records,
                restarts,
                complaints().isEmpty());
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> of) {
        double[] sorted = samples.stream().mapToDouble(of).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** Bytes of resident memory a second. */
    private static double slope(List<Sample> samples) {
        double meanTime =
                samples.stream().mapToDouble(Sample::seconds).average().orElse(0);
        double meanRss =
                samples.stream().mapToDouble(Sample::rssBytes).average().orElse(0);
        double covariance = 0;
        double variance = 0;
        for (Sample sample : samples) {
            double time = sample.seconds() - meanTime;
            covariance += time * (sample.rssBytes() - meanRss);
            variance += time * time;
        }
        return covariance / variance;
    }
}
