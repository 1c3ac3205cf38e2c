// SPDX-License-Identifier: Apache-2.0
/** {@code quantflux bench faults}: crashes, partitions and rebalances while records flow, and a verifier that compares bits. */
@NullMarked
package io.quantflux.benchmarks.faults;

import org.jspecify.annotations.NullMarked;
