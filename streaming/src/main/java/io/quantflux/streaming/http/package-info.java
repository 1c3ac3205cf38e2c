// SPDX-License-Identifier: Apache-2.0
/** The HTTP server, and health over it. */
@NullMarked
package io.quantflux.streaming.http;

import org.jspecify.annotations.NullMarked;
