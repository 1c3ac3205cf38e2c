// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.streaming.dashboard.HistoryPoint.Column;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TensorHistoryTest {
    private final TensorHistory history = new TensorHistory();

    private void add(long step, float value, int limit) {
        float[] point = new float[Column.COUNT];
        Arrays.fill(point, value);
        history.add(step, point, limit);
    }

    @Test
    void theOlderAPointIsTheMoreStepsItStandsForAndExtremesAreKept() {
        for (int step = 1; step <= 1000; step++) {
            add(step, step == 3 ? 5000 : step, 16);
        }
        assertThat(history.size()).isLessThanOrEqualTo(16);
        assertThat(history.steps()).isSorted().endsWith(1000);
        assertThat(history.newest(Column.SCALE_MAX)).isEqualTo(1000);
        float[] greatest = history.column(Column.BATCH_MAX);
        assertThat(greatest[0]).as("the peak of step 3 outlives all merging").isEqualTo(5000);
        assertThat(history.column(Column.NON_FINITE)).satisfies(counts -> {
            double sum = 0;
            for (float count : counts) {
                sum += count;
            }
            assertThat(sum).as("counts are summed, not thinned").isEqualTo(1000 * 1001 / 2 - 3 + 5000);
        });
    }

    @Test
    void aLowerLimitThinsWhatIsThere() {
        for (int step = 0; step < 500; step++) {
            add(step, step, 512);
        }
        assertThat(history.size()).isEqualTo(500);
        add(500, 500, 16);
        assertThat(history.size()).isLessThanOrEqualTo(16);
    }

    @Test
    void aTrainingThatStartsAgainReplacesWhatLiesAfter() {
        for (int step = 0; step < 10; step++) {
            add(step, step, 512);
        }
        add(4, 40, 512);
        assertThat(history.steps()).containsExactly(0, 1, 2, 3, 4);
        assertThat(history.newest(Column.SCALE_MAX)).isEqualTo(40);
    }

    @Test
    void aStepBeforeTheHistoryHasNoValue() {
        add(100, 1, 512);
        add(200, 2, 512);
        assertThat(history.before(99, Column.SCALE_MAX)).isNaN();
        assertThat(history.before(150, Column.SCALE_MAX)).isEqualTo(1);
        assertThat(history.before(200, Column.SCALE_MAX)).isEqualTo(2);
    }

    @Test
    void fiftyThousandTensorsHaveSixteenPointsEachAndTwoThousandAllOfThem() {
        assertThat(TensorTracks.pointsEach(2_000)).isEqualTo(512);
        assertThat(TensorTracks.pointsEach(10_000)).isEqualTo(104);
        assertThat(TensorTracks.pointsEach(50_000)).isEqualTo(20);
        assertThat(TensorTracks.pointsEach(1_000_000)).isEqualTo(16);
    }
}
