// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.engine.CalibrationOperator;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.config.QuantizationConfig;
import org.jspecify.annotations.Nullable;

/**
 * What all shards of a processor share.
 *
 * @param operator the pure step
 * @param defaultSpec for tensors whose first record brings no spec of its own, where the config does not decide
 * @param config chooses specs by tensor id, if there is one
 * @param partitions of the activations topic
 * @param maxTensors a shard holds at most
 * @param maxRecordBytes a larger value is refused
 * @param exactlyOnce states and offsets commit together: a record that a state has counted already is a fault
 */
public record ShardSettings(
        CalibrationOperator operator,
        QuantizationSpec defaultSpec,
        @Nullable QuantizationConfig config,
        int partitions,
        int maxTensors,
        int maxRecordBytes,
        boolean exactlyOnce) {}
