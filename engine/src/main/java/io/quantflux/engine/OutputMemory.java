// SPDX-License-Identifier: Apache-2.0
package io.quantflux.engine;

import io.quantflux.spec.CalibrationState;
import java.nio.ByteBuffer;

/** Gives an output its memory once all of a step is known but the output's values: they are then written where they stay. */
@FunctionalInterface
public interface OutputMemory {
    /** Fresh memory on the heap, whatever the step. */
    OutputMemory HEAP = (after, outcome, bytes) -> ByteBuffer.allocate(bytes);

    /**
     * Called at most once a step, and not at all where the output is the input.
     *
     * @param after the state that the step leads to
     * @param outcome what the step's result will say
     * @param bytes the output's size
     * @return a buffer of just that size, on the heap or not
     */
    ByteBuffer allocate(CalibrationState after, StepResult.Outcome outcome, int bytes);
}
