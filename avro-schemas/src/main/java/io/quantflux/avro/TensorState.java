// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.Switches;
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

    /** The same tensor with another calibration. */
    public TensorState with(CalibrationState now) {
        return new TensorState(now, lastOffset, lastStep, version, schedule, session, pending);
    }

    /** The same tensor with other switches. */
    public TensorState with(Switches switches) {
        return with(calibration.with(switches));
    }

    /** The same tensor with another schedule, or without one. */
    public TensorState withSchedule(@Nullable QatSchedule now) {
        return new TensorState(calibration, lastOffset, lastStep, version, now, session, pending);
    }

    /** The same tensor in a session, or in {@link Session#NONE}. */
    public TensorState inSession(Session now) {
        return new TensorState(calibration, lastOffset, lastStep, version, schedule, now, pending);
    }

    /** The same tensor with other commands that wait. */
    public TensorState withPending(List<PendingCommand> now) {
        return new TensorState(calibration, lastOffset, lastStep, version, schedule, session, now);
    }

    /** The same tensor at another version. */
    public TensorState withVersion(long now) {
        return new TensorState(calibration, lastOffset, lastStep, now, schedule, session, pending);
    }

    /** The same tensor after the activation at this offset, of this training step. */
    public TensorState after(long offset, long step) {
        return new TensorState(calibration, offset, step, version, schedule, session, pending);
    }

    /** What begin and end commands have put a tensor in. */
    public enum Session {
        NONE,
        CALIBRATION,
        TRAINING
    }
}
