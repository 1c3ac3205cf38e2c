// SPDX-License-Identifier: Apache-2.0
/** Health over HTTP. */
@NullMarked
package io.quantflux.streaming.http;

import org.jspecify.annotations.NullMarked;
