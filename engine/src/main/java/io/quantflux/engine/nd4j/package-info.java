// SPDX-License-Identifier: Apache-2.0
/** The face that ND4J users see; the one package that knows ND4J. */
@NullMarked
package io.quantflux.engine.nd4j;

import org.jspecify.annotations.NullMarked;
