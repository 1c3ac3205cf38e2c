// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.chunk;

import io.quantflux.avro.OpenMessage;
import io.quantflux.spec.TensorId;
import org.jspecify.annotations.Nullable;

/**
 * A message whose chunks have to be read again before the next input can be folded.
 *
 * @param message all of its chunks that have come, that of the input included if it completes the message
 * @param givenUp why it will never be complete; {@code null} if it is
 */
public record Reading(
        TensorId id, OpenMessage message, @Nullable String givenUp) {}
