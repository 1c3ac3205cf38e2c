// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.spec.control.ControlCommand;

/** One record of the control topic after reading it; each has an outcome, also the ones that are no command. */
public sealed interface ControlEntry {
    /** Offset in the control topic, which has a single partition: the order of commands. */
    long offset();

    /** A command seen for the first time. */
    record Accepted(long offset, ControlCommand command) implements ControlEntry {}

    /** A command whose id the log had before; it changes nothing. */
    record Duplicate(long offset, ControlCommand command) implements ControlEntry {}

    /** A command seen for the first time that is refused as a whole: why. */
    record Refused(long offset, ControlCommand command, String why) implements ControlEntry {}

    /** No command: why it is none. */
    record Malformed(long offset, Emission.Reason reason, String message) implements ControlEntry {}
}
