// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.spec.TensorId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CalibrationStreamIT {
    private static final List<TensorId> IDS = List.of(
            new TensorId("run/conv1"), new TensorId("run/fc1"), new TensorId("run/fc2"), new TensorId("other/x"));
    private static final int STEPS = 40;

    @Test
    void outputsAndQparamsAreTheBitsOfAnOfflineReplay() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of())) {
            Oracle oracle = new Oracle(cluster);
            oracle.feed(IDS, 0, STEPS);
            oracle.verify();
            assertThat(processor.status().records()).isEqualTo((long) STEPS * IDS.size());
        }
    }

    @Test
    void aRestartContinuesWhereTheLastTransactionEnded() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics()) {
            Oracle oracle = new Oracle(cluster);
            try (Processor first = cluster.start(Map.of())) {
                oracle.feed(IDS, 0, STEPS / 2);
                oracle.verify();
                assertThat(first.status().restarts()).isZero();
            }
            oracle.feed(IDS, STEPS / 2, STEPS);
            try (Processor second = cluster.start(Map.of())) {
                oracle.verify();
                assertThat(second.status().records())
                        .as("records read again")
                        .isEqualTo((long) (STEPS - STEPS / 2) * IDS.size());
            }
        }
    }
}
