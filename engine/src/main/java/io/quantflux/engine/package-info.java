// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.quantflux.engine;

import org.jspecify.annotations.NullMarked;
