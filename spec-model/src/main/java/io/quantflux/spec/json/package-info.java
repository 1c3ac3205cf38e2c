// SPDX-License-Identifier: Apache-2.0
/** Specs as JSON text. The only package of this module that knows a JSON library. */
@NullMarked
package io.quantflux.spec.json;

import org.jspecify.annotations.NullMarked;
