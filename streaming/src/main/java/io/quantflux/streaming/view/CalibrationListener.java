// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.view;

import io.quantflux.avro.TensorEvent;
import io.quantflux.avro.TensorState;
import io.quantflux.spec.TensorId;
import java.util.Map;

/**
 * Looks on while the stream works, as it folds, before the transaction commits: what an abort undoes is shown again when
 * it is done again.
 *
 * <p>All calls come from the loop thread, in order for each partition. They must return at once: the stream waits for
 * them. What they throw is logged once and changes nothing.
 */
public interface CalibrationListener {
    /** An activation was folded into its tensor. */
    default void folded(FoldedTensor tensor) {}

    /** A command changed a tensor between two records. */
    default void changed(TensorId id, int partition, TensorState now) {}

    /** @param key tensor id, or selector of a command that concerns no single tensor */
    default void event(String key, TensorEvent event) {}

    /** An input became a dead letter. */
    default void refused(RefusedInput input) {}

    /** A partition is this instance's now, with the tensors it holds. */
    default void restored(int partition, Map<TensorId, TensorState> tensors) {}

    /** A partition and its tensors are this instance's no longer, or its state in memory is void. */
    default void released(int partition) {}

    /**
     * A transaction has committed.
     *
     * @param nanos from the first send of coalesced records to the coordinator's answer
     */
    default void committed(long nanos) {}

    /** The session has failed; partitions were released, and a new one will restore them. */
    default void restarted() {}
}
