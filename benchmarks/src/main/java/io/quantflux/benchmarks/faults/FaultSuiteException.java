// SPDX-License-Identifier: Apache-2.0
package io.quantflux.benchmarks.faults;

import java.io.Serial;

/** The suite itself cannot go on; nothing is said about the processor. */
final class FaultSuiteException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    FaultSuiteException(String message) {
        super(message);
    }

    FaultSuiteException(String message, Throwable cause) {
        super(message, cause);
    }

    static FaultSuiteException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new FaultSuiteException("interrupted", e);
    }
}
