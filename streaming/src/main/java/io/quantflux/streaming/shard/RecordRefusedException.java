// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

/** A record that decodes and fits its tensor is refused all the same; it changes nothing. */
final class RecordRefusedException extends RuntimeException {
    private final Emission.Reason reason;

    RecordRefusedException(Emission.Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    Emission.Reason reason() {
        return reason;
    }
}
