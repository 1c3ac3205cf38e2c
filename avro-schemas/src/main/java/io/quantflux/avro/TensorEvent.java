// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import org.jspecify.annotations.Nullable;

/**
 * Something an operator of the calibration wants to know, of one tensor or of a command.
 *
 * @param step training step it happened at; {@code null} where none was involved
 * @param commandId the control command it is the outcome of, if any
 * @param actor who asked for that command
 * @param detail one line for a human: reason, counts, positions
 * @param source the activation that caused it; its offset is −1 where none did, as when a command is received
 */
public record TensorEvent(
        Kind kind,
        @Nullable Long step,
        @Nullable String commandId,
        @Nullable String actor,
        String detail,
        SourcePosition source) {

    /** What happened. */
    public enum Kind {
        /** A command was taken note of and waits for its step. */
        COMMAND_ACCEPTED,
        COMMAND_APPLIED,
        COMMAND_REJECTED,
        /** A tensor held NaN or infinity. */
        NON_FINITE,
        /** The block size did not fit a tensor, and quantization was disabled for it. */
        DISABLED,
        DRIFT,
        CONVERGED
    }
}
