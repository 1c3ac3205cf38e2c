// SPDX-License-Identifier: Apache-2.0
/** Tensors that travel in chunks: which are open, when one is complete or given up. No Kafka, no Reactor, no clock. */
@NullMarked
package io.quantflux.streaming.chunk;

import org.jspecify.annotations.NullMarked;
