// SPDX-License-Identifier: Apache-2.0
package io.quantflux.spec;

import org.jspecify.annotations.Nullable;

/** A specification, shape or command was refused: which field, the value it had, and what was expected instead. */
public class InvalidSpecException extends IllegalArgumentException {
    private final String field;

    /**
     * The message reads: {@code field} was {@code value} but {@code expectation}.
     *
     * @param field the refused field, as the user spells it
     * @param value what it was
     * @param expectation what was expected, or what is wrong; goes on after "but"
     */
    public InvalidSpecException(String field, @Nullable Object value, String expectation) {
        super(field + " was " + value + " but " + expectation);
        this.field = field;
    }

    private InvalidSpecException(String field, String message) {
        super(message);
        this.field = field;
    }

    /**
     * The same refusal, its field found at {@code path} of a larger document.
     *
     * @param path of the enclosing field
     * @return the same refusal
     */
    public InvalidSpecException within(String path) {
        return new InvalidSpecException(path + "." + field, path + "." + getMessage());
    }

    InvalidSpecException with(String suffix) {
        return new InvalidSpecException(field, getMessage() + suffix);
    }

    /** {@return the refused field, as the user spells it, for example {@code granularity.block_size}} */
    public String field() {
        return field;
    }
}
