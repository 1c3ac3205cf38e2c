// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.avro.Activation;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.config.Choice;
import io.quantflux.spec.config.QuantizationConfig;
import org.jspecify.annotations.Nullable;

/**
 * How a tensor begins: its first record's own spec wins, then the configured file, then the default spec.
 *
 * @param off what turned it off, or {@code null}: it passes through, and {@code spec} waits for a re-enable
 */
record TensorPlan(
        QuantizationSpec spec,
        @Nullable QatSchedule schedule,
        @Nullable String off) {

    static TensorPlan of(
            TensorId id, Activation first, @Nullable QuantizationConfig config, QuantizationSpec defaultSpec) {
        if (first.spec() != null) {
            return new TensorPlan(first.spec(), null, null);
        }
        if (config == null) {
            return new TensorPlan(defaultSpec, null, null);
        }
        Choice choice = config.choose(id, first.target());
        return new TensorPlan(
                choice.spec() == null ? defaultSpec : choice.spec(),
                choice.schedule(),
                choice.kind() == Choice.Kind.OFF ? choice.origin() : null);
    }
}
