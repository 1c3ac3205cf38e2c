// SPDX-License-Identifier: Apache-2.0
/** The hot loops on the Vector API, the same class files on Java 17 and later. */
@NullMarked
package io.quantflux.engine.vector;

import org.jspecify.annotations.NullMarked;
