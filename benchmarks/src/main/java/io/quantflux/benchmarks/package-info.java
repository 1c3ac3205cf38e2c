// SPDX-License-Identifier: Apache-2.0
/** {@code quantflux bench}: measurements side by side in one run, each with a line of JSON a row on request. */
@NullMarked
package io.quantflux.benchmarks;

import org.jspecify.annotations.NullMarked;
