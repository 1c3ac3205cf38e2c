// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.util.List;
import java.util.Map;

/**
 * The stream at a glance.
 *
 * @param ready assigned, restored, and polling without trouble
 * @param notReadyBecause one line a reason; empty when ready
 * @param notes what is worth knowing and no reason to be unready: a standby without partitions
 * @param partitions assigned and flowing
 * @param tensors held by them
 * @param records folded since the start
 * @param bytes of these records, keys and values
 * @param inflightBytes taken from the consumer and not yet handed to the producer
 * @param commits transactions since the start
 * @param restarts times the clients were closed and opened again after a failure
 * @param deadLetters by reason
 * @param lag records of each flowing partition that wait to be folded, as of the last second
 * @param controlOffset next offset of the control topic that this instance has not yet read
 */
public record StreamStatus(
        boolean ready,
        List<String> notReadyBecause,
        List<String> notes,
        int partitions,
        int tensors,
        long records,
        long bytes,
        long inflightBytes,
        long commits,
        long restarts,
        Map<String, Long> deadLetters,
        Map<Integer, Long> lag,
        long controlOffset) {

    /** Before the cluster has been checked. */
    public static final StreamStatus STARTING =
            new StreamStatus(false, List.of("starting"), List.of(), 0, 0, 0, 0, 0, 0, 0, Map.of(), Map.of(), 0);

    /** The same figures, and not ready for that reason. */
    public StreamStatus notReady(String why) {
        return new StreamStatus(
                false,
                List.of(why),
                notes,
                partitions,
                tensors,
                records,
                bytes,
                inflightBytes,
                commits,
                restarts,
                deadLetters,
                lag,
                controlOffset);
    }
}
