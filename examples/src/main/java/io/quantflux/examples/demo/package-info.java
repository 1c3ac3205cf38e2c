// SPDX-License-Identifier: Apache-2.0
/** {@code quantflux demo}: a network trains live, and its activations are calibrated while it learns. */
@NullMarked
package io.quantflux.examples.demo;

import org.jspecify.annotations.NullMarked;
