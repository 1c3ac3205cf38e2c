// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QuantizationSpec;

/** Settings of shards for tests that are about something else. */
public final class TestShards {
    private TestShards() {}

    /** The built-in components and the default spec; at most 100 tensors of 1 MiB, exactly once. */
    public static ShardSettings settings(int partitions) {
        return new ShardSettings(
                new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE),
                QuantizationSpec.DEFAULT,
                null,
                partitions,
                100,
                1 << 20,
                true);
    }
}
