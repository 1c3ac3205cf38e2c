// SPDX-License-Identifier: Apache-2.0
/** Kafka at the edges: one loop thread owns consumer and transactional producer; partitions are Reactor lanes. */
@NullMarked
package io.quantflux.streaming.kafka;

import org.jspecify.annotations.NullMarked;
