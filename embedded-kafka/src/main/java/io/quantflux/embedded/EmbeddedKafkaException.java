// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import org.jspecify.annotations.Nullable;

/** A broker that did not start; the first line of the message says where and why. */
public final class EmbeddedKafkaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    EmbeddedKafkaException(String message) {
        super(message);
    }

    EmbeddedKafkaException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
