// SPDX-License-Identifier: Apache-2.0
/** What a tensor spans: the built-in range calculator. */
@NullMarked
package io.quantflux.engine.range;

import org.jspecify.annotations.NullMarked;
