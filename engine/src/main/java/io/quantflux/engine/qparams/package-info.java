// SPDX-License-Identifier: Apache-2.0
/** From ranges to scale, zero point and minval: the built-in calculators. */
@NullMarked
package io.quantflux.engine.qparams;

import org.jspecify.annotations.NullMarked;
