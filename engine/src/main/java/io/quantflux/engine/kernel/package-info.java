// SPDX-License-Identifier: Apache-2.0
/** The hot loops and what they walk over: block layouts, small floats, chunks of float32. */
@NullMarked
package io.quantflux.engine.kernel;

import org.jspecify.annotations.NullMarked;
