// SPDX-License-Identifier: Apache-2.0
<<<<<<< HEAD:streaming/src/main/java/io/quantflux/streaming/http/package-info.java
/** Health over HTTP. */
=======
/** The face that ND4J users see; the one package that knows ND4J. */
>>>>>>> engine:engine/src/main/java/io/quantflux/engine/nd4j/package-info.java
@NullMarked
package io.quantflux.streaming.http;

import org.jspecify.annotations.NullMarked;
