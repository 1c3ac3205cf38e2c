// SPDX-License-Identifier: Apache-2.0
/** The processor: assembles source, shards, sink, control plane and HTTP, and runs them. */
@NullMarked
package io.quantflux.streaming;

import org.jspecify.annotations.NullMarked;
