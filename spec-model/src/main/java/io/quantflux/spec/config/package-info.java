// SPDX-License-Identifier: Apache-2.0
/** Which spec a tensor gets, by its name: the reference's quantization config. */
@NullMarked
package io.quantflux.spec.config;

import org.jspecify.annotations.NullMarked;
