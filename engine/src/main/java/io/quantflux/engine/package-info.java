// SPDX-License-Identifier: Apache-2.0
/** Observers, qparams calculators and the fake quantizer as pure functions: no threads, no I/O, no clock, no logging. */
@NullMarked
package io.quantflux.engine;

import org.jspecify.annotations.NullMarked;
