// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.avro.TensorState;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.TensorId;
import io.quantflux.streaming.dashboard.ListQuery.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TensorListTest {
    private static final TensorState FRESH = new TensorState(
            CalibrationState.initial(QuantizationSpec.DEFAULT, QuantizationTarget.ACTIVATION),
            -1,
            -1,
            0,
            null,
            TensorState.Session.NONE,
            List.of());

    private final AtomicLong clock = new AtomicLong();
    private final TensorList list = new TensorList(clock::get);
    private final List<TensorTrack> tracks = new ArrayList<>();

    private void arrive(int from, int to) {
        for (int i = from; i < to; i++) {
            tracks.add(new TensorTrack(new TensorId("run/layer" + i), 0, FRESH, 0));
        }
    }

    private TensorList.Window window(String search, int offset) {
        return list.window(tracks, new ListQuery(search, Sort.NAME, offset, 10));
    }

    @Test
    void theCountsOfAWindowAreOfOneMomentThoughTensorsArriveMeanwhile() {
        arrive(0, 40);
        assertThat(window("", 0).total()).isEqualTo(40);
        arrive(40, 10_000);
        clock.addAndGet(900_000_000L);
        TensorList.Window before = window("", 0);
        assertThat(before.matching()).as("all match an empty search").isEqualTo(before.total());
        clock.addAndGet(200_000_000L);
        TensorList.Window after = window("", 1_000);
        assertThat(after.total()).isEqualTo(10_000);
        assertThat(after.matching()).isEqualTo(10_000);
        assertThat(after.rows()).hasSize(10);
    }

    @Test
    void aWindowBeyondTheEndIsEmptyAndASearchKeepsTheTotal() {
        arrive(0, 40);
        TensorList.Window found = window("LAYER3", 0);
        assertThat(found.matching()).isEqualTo(11);
        assertThat(found.total()).isEqualTo(40);
        assertThat(window("", 500).rows()).isEmpty();
    }
}
