// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.quantflux.engine.range;

import org.jspecify.annotations.NullMarked;
