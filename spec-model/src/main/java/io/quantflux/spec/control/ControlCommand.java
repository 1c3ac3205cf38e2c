// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec.control;

import io.quantflux.spec.InvalidSpecException;
import org.jspecify.annotations.Nullable;

/**
 * A change to make to every selected tensor, once.
 *
 * @param id identifies the command; a second one with the same id changes nothing
 * @param actor who asks, for the audit
 * @param selector which tensors
 * @param action what to do
 * @param effectiveStep takes effect with the record that first carries this training step or a later one; {@code null} for
 *     at once
 */
public record ControlCommand(
        String id,
        String actor,
        Selector selector,
        Action action,
        @Nullable Long effectiveStep) {
    private static final int MAX_TEXT = 128;

    /**
     * Checks the fields against each other.
     *
     * @param id identifies the command; a second one with the same id changes nothing
     * @param actor who asks, for the audit
     * @param selector which tensors
     * @param action what to do
     * @param effectiveStep takes effect with the record that first carries this training step or a later one; {@code
     *     null} for at once
     * @throws InvalidSpecException if id or actor is empty or too long, or the step is negative
     */
    public ControlCommand {
        requireText("id", id);
        requireText("actor", actor);
        if (effectiveStep != null && effectiveStep < 0) {
            throw new InvalidSpecException("effective_step", effectiveStep, "must be at least 0");
        }
    }

    private static void requireText(String field, String value) {
        if (value.isBlank() || value.length() > MAX_TEXT) {
            throw new InvalidSpecException(
                    field, value.length() + " characters", "must have 1 to " + MAX_TEXT + " characters, not all blank");
        }
    }
}
