// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.QatSchedule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one tensor, to go on from after a restart.
 *
 * @param lastOffset offset of the last activation processed; −1 before the first
 * @param lastStep training step of that activation; −1 before the first
 * @param version counts the changes of the tensor's qparams, from 1; 0 before the first
 * @param schedule rules the switches by training step; {@code null} for none
 * @param session the session the tensor is in
 * @param pending commands that wait for their step, in the order of the control topic
 */
public record TensorState(
        CalibrationState calibration,
        long lastOffset,
        long lastStep,
        long version,
        @Nullable QatSchedule schedule,
        Session session,
        List<PendingCommand> pending) {

    public TensorState {
        pending = List.copyOf(pending);
    }

    /** What begin and end commands have put a tensor in. */
    public enum Session {
        NONE,
        CALIBRATION,
        TRAINING
    }
}
