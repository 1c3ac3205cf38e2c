// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.view;

import io.quantflux.streaming.shard.Emission;

/**
 * An input that became a dead letter.
 *
 * @param topic of activations or commands
 * @param bytes of the record, key and value
 */
public record RefusedInput(String topic, int partition, long offset, long bytes, Emission.DeadLetter why) {}
