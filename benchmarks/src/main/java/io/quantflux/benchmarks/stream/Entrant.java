// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.stream;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A contender in one lane, and what was measured of it there. */
final class Entrant {
    private final Contender contender;
    private final Lane lane;
    private final List<Throughput> rounds = new ArrayList<>();
    private final List<Double> latency = new ArrayList<>();

    Entrant(Contender contender, Lane lane) {
        this.contender = contender;
        this.lane = lane;
    }

    Lane lane() {
        return lane;
    }

    /** A round over a backlog; a warm-up does not count. */
    void run(Bed bed, Workload workload, int records, boolean warmUp) {
        Throughput round = Throughput.measure(bed, lane, contender, workload, records);
        if (!warmUp) {
            rounds.add(round);
        }
    }

    /** Measures the latency of several, which take turns record by record. */
    static void runSlowly(Bed bed, Workload workload, List<Entrant> entrants, int samples, Duration period) {
        Latency.measure(bed, workload, entrants, samples, period)
                .forEach((entrant, milliseconds) -> entrant.latency.addAll(milliseconds));
    }

    Pipeline start() {
        return contender.start(lane);
    }

    /** The training step of one of its outputs. */
    long stepOf(ByteBuffer output) {
        return contender.stepOf(output);
    }

    int rounds() {
        return rounds.size();
    }

    /** Median over the rounds. */
    double megabytesPerSecond() {
        return median(
                rounds.stream().mapToDouble(Throughput::megabytesPerSecond).toArray());
    }

    /** Median over the rounds of this one's throughput by the other's in the same round. */
    double ratioTo(Entrant other) {
        double[] ratios = new double[rounds.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = rounds.get(round).megabytesPerSecond()
                    / other.rounds.get(round).megabytesPerSecond();
        }
        return median(ratios);
    }

    /** Heap bytes that the JVM allocated for a tensor, median over the rounds. */
    double allocatedPerTensor() {
        return median(
                rounds.stream().mapToDouble(Throughput::allocatedPerTensor).toArray());
    }

    /** Milliseconds within which that share of the slow records had their output. */
    double latency(double quantile) {
        double[] sorted =
                latency.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[(int) Math.ceil(quantile * sorted.length) - 1];
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
