// SPDX-License-Identifier: Apache-2.0
/** What the stream costs beside a plain copy from topic to topic, and beside Kafka Streams. */
@NullMarked
package io.quantflux.benchmarks.stream;

import org.jspecify.annotations.NullMarked;
