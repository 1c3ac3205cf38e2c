// SPDX-License-Identifier: Apache-2.0
/** For trainers and readers: publish activations, follow qparams, send control commands. */
@NullMarked
package io.quantflux.client;

import org.jspecify.annotations.NullMarked;
