// SPDX-License-Identifier: Apache-2.0
/** How long the service takes from its launch until it is ready. */
@NullMarked
package io.quantflux.benchmarks.start;

import org.jspecify.annotations.NullMarked;
