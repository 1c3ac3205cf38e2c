// SPDX-License-Identifier: Apache-2.0
/** {@code quantflux bench instances}: what a second instance adds where arithmetic is the bottleneck. */
@NullMarked
package io.quantflux.benchmarks.instances;

import org.jspecify.annotations.NullMarked;
