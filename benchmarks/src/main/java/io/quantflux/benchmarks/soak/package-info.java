// SPDX-License-Identifier: Apache-2.0
/** A processor with little heap on a slow broker for a long time: does its memory stay where it is? */
@NullMarked
package io.quantflux.benchmarks.soak;

import org.jspecify.annotations.NullMarked;
