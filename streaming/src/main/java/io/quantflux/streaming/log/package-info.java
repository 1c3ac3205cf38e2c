// SPDX-License-Identifier: Apache-2.0
/** What the processor writes to its log of the stream, and in which form. */
@NullMarked
package io.quantflux.streaming.log;

import org.jspecify.annotations.NullMarked;
