// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

/** A file, flag or argument from the command line is wrong; the message is one line naming it. */
public final class InvalidInputException extends RuntimeException {
    public InvalidInputException(String message) {
        super(message);
    }
}
