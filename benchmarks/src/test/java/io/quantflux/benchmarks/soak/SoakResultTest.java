// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoakResultTest {
    private static final long MIB = 1 << 20;

    private static long flat(long sample) {
        return 50 * MIB;
    }

    /** One sample each ten seconds, for ten minutes. */
    private static SoakResult result(
            LongUnaryOperator heap, LongUnaryOperator rss, long inflight, int lagPerSample, long restarts) {
        List<Sample> samples = IntStream.rangeClosed(0, 60)
                .mapToObj(i -> new Sample(
                        10 * i,
                        heap.applyAsLong(i),
                        rss.applyAsLong(i),
                        inflight,
                        (long) lagPerSample * i,
                        i,
                        restarts))
                .toList();
        return SoakResult.of(samples, 64 * MIB);
    }

    @Test
    void whatStaysWhereItIsIsFine() {
        SoakResult result = result(SoakResultTest::flat, SoakResultTest::flat, 64 * MIB, 1, 0);
        assertThat(result.complaints()).isEmpty();
        assertThat(result.heapChangePercent()).isZero();
        assertThat(result.rssSlope()).isZero();
        assertThat(result.json())
                .contains("\"minutes\":10.0,", "\"lag_growth_records\":60,")
                .endsWith("\"ok\":true}");
    }

    @Test
    void aHeapThatGrowsIsToldAndOneThatGrewWhileWarmingUpIsNot() {
        assertThat(result(i -> (50 + i) * MIB, SoakResultTest::flat, 0, 1, 0).complaints())
                .singleElement()
                .asString()
                .startsWith("heap after collection rose by 25.8 %");
        assertThat(result(i -> (i < 20 ? i : 50) * MIB, SoakResultTest::flat, 0, 1, 0)
                        .complaints())
                .isEmpty();
    }

    @Test
    void residentMemoryMayRiseByLessThanAMebibyteAMinute() {
        SoakResult rising = result(SoakResultTest::flat, i -> (400 * 6 + i) * MIB / 6, 0, 1, 0);
        assertThat(rising.rssSlope()).isBetween(0.99, 1.01);
        assertThat(result(SoakResultTest::flat, i -> (400 * 4 + i) * MIB / 4, 0, 1, 0)
                        .complaints())
                .containsExactly("resident memory rises by 1.50 MiB a minute, not less than 1");
        assertThat(result(SoakResultTest::flat, i -> (400 * 8 + i) * MIB / 8, 0, 1, 0)
                        .complaints())
                .isEmpty();
    }

    @Test
    void tooMuchInFlightNoLagAndRestartsAreTold() {
        assertThat(result(SoakResultTest::flat, SoakResultTest::flat, 64 * MIB + 1, 0, 2)
                        .complaints())
                .containsExactly(
                        "67108865 bytes were in flight, more than 67108864",
                        "the lag did not grow (0 records): the broker was not slow",
                        "the processor opened its clients anew 2 times");
    }
}
