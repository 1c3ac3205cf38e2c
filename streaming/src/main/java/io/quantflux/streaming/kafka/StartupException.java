// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

/** The processor cannot start; the message is one line for the operator: what is wrong and what to run. */
public final class StartupException extends RuntimeException {
    public StartupException(String message) {
        super(message);
    }
}
