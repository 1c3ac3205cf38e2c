// SPDX-License-Identifier: Apache-2.0
/** How values are quantized and dequantized: the built-in fake quantizer. */
@NullMarked
package io.quantflux.engine.fakequant;

import org.jspecify.annotations.NullMarked;
