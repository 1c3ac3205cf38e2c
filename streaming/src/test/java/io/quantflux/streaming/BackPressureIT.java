// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.spec.Shape;
import io.quantflux.spec.TensorId;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Bytes in flight stay under the limit, however much waits. */
class BackPressureIT {
    private static final int CAP = 256 << 10;
    private static final Shape SHAPE = Shape.of(128, 128);
    private static final int RECORDS = 320; // 20 MiB
    private static final List<TensorId> IDS =
            IntStream.range(0, 8).mapToObj(i -> new TensorId("run/layer" + i)).toList();

    @Test
    void twentyMebibytesPassThroughAQuarterOfOne() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics()) {
            Oracle oracle = new Oracle(cluster);
            for (int i = 0; i < RECORDS; i++) {
                oracle.feed(IDS.get(i % IDS.size()), i / IDS.size(), oracle.gaussian(SHAPE));
            }
            cluster.flush();
            try (Processor processor = Processor.start(cluster.config(Map.of("max.inflight.bytes", CAP)))) {
                long most = 0;
                long deadline = System.nanoTime() + 60_000_000_000L;
                while (processor.status().records() < RECORDS && System.nanoTime() < deadline) {
                    most = Math.max(most, processor.status().inflightBytes());
                    Thread.onSpinWait();
                }
                oracle.verify();
                assertThat(most).as("bytes in flight").isPositive().isLessThanOrEqualTo(CAP);
                assertThat(processor.status().restarts()).isZero();
            }
        }
    }
}
