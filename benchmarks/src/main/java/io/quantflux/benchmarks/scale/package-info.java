// SPDX-License-Identifier: Apache-2.0
/** What work costs as there is more of it: larger tensors, more of them, more channels, partitions, processes. */
@NullMarked
package io.quantflux.benchmarks.scale;

import org.jspecify.annotations.NullMarked;
