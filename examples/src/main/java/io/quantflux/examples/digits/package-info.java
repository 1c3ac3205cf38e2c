// SPDX-License-Identifier: Apache-2.0
/** Live training of a small convolutional network on the UCI handwritten digits, with ND4J. */
@NullMarked
package io.quantflux.examples.digits;

import org.jspecify.annotations.NullMarked;
