// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.util.List;
import java.util.Map;

/**
 * The stream at a glance.
 *
 * @param ready assigned, restored, and polling without trouble
 * @param notReadyBecause one line a reason; empty when ready
 * @param partitions assigned and flowing
 * @param tensors held by them
 * @param records folded since the start
 * @param bytes of these records, keys and values
 * @param inflightBytes taken from the consumer and not yet handed to the producer
 * @param commits transactions since the start
 * @param restarts times the clients were closed and opened again after a failure
 * @param deadLetters by reason
 */
public record StreamStatus(
        boolean ready,
        List<String> notReadyBecause,
        int partitions,
        int tensors,
        long records,
        long bytes,
        long inflightBytes,
        long commits,
        long restarts,
        Map<String, Long> deadLetters) {

    /** Before the cluster has been checked. */
    public static final StreamStatus STARTING =
            new StreamStatus(false, List.of("starting"), 0, 0, 0, 0, 0, 0, 0, Map.of());
}
