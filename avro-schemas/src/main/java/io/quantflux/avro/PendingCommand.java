// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.spec.control.ControlCommand;

/**
 * A command that waits for its training step.
 *
 * @param controlOffset its offset in the control topic; commands apply in this order
 */
public record PendingCommand(long controlOffset, ControlCommand command) {}
