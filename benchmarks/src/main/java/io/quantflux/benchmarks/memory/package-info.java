// SPDX-License-Identifier: Apache-2.0
/** {@code quantflux bench memory}: heap of many tensors, and of many commands. */
@NullMarked
package io.quantflux.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
