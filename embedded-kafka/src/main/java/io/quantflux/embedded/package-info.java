// SPDX-License-Identifier: Apache-2.0
/** A real single-node Kafka broker for tests and for the demo: in this JVM, or in one of its own. */
@NullMarked
package io.quantflux.embedded;

import org.jspecify.annotations.NullMarked;
