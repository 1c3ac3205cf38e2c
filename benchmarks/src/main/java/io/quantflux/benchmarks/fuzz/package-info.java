// SPDX-License-Identifier: Apache-2.0
/** {@code quantflux bench fuzz}: mutated records and commands against a shard. */
@NullMarked
package io.quantflux.benchmarks.fuzz;

import org.jspecify.annotations.NullMarked;
