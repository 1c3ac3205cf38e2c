// SPDX-License-Identifier: Apache-2.0
/** The vocabulary of quantization: immutable values, plain Java, no I/O. Keys and words are those of the reference. */
@NullMarked
package io.quantflux.spec;

import org.jspecify.annotations.NullMarked;
