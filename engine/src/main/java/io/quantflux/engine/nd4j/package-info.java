// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.quantflux.engine.nd4j;

import org.jspecify.annotations.NullMarked;
