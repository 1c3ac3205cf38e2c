// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HistogramTest {
    @Test
    void everyFiniteValueIsInABinAndThoseBeyondTheLimitsAreCounted() {
        float[] values = {-3, -1, 0, 0.5f, 1, 4, Float.NaN, Float.POSITIVE_INFINITY};
        Histogram histogram = Histogram.of(values, new Limits(-1, 1));
        assertThat(Arrays.stream(histogram.counts()).sum()).isEqualTo(6);
        assertThat(histogram.beyond()).isEqualTo(2);
        assertThat(histogram.min()).isEqualTo(-3);
        assertThat(histogram.max()).isEqualTo(4);
        assertThat(histogram.counts()[histogram.counts().length - 1]).isEqualTo(1);
    }

    @Test
    void itSpansTheRepresentableRangeToo() {
        Histogram histogram = Histogram.of(new float[] {0, 1}, new Limits(-8, 8));
        assertThat(histogram.min()).isEqualTo(-8);
        assertThat(histogram.max()).isEqualTo(8);
    }

    @Test
    void equalValuesWithoutQparamsHaveABinOfTheirOwn() {
        Histogram histogram = Histogram.of(new float[] {2, 2, 2}, new Limits(Float.NaN, Float.NaN));
        assertThat(Arrays.stream(histogram.counts()).sum()).isEqualTo(3);
        assertThat(histogram.min()).isLessThan(2);
        assertThat(histogram.max()).isGreaterThan(2);
    }
}
