// SPDX-License-Identifier: Apache-2.0
/** {@code quantflux bench poison}: the price of bad records. */
@NullMarked
package io.quantflux.benchmarks.poison;

import org.jspecify.annotations.NullMarked;
