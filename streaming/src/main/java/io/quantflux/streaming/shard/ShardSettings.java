// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.engine.CalibrationOperator;
import io.quantflux.spec.QuantizationSpec;

/**
 * What all shards of a processor share.
 *
 * @param operator the pure step
 * @param defaultSpec for tensors whose first record brings no spec of its own
 * @param partitions of the activations topic
 * @param maxTensors a shard holds at most
 * @param maxRecordBytes a larger value is refused
 */
public record ShardSettings(
        CalibrationOperator operator,
        QuantizationSpec defaultSpec,
        int partitions,
        int maxTensors,
        int maxRecordBytes) {}
