// SPDX-License-Identifier: Apache-2.0
/** The offline twin: files through the same operator. */
@NullMarked
package io.quantflux.streaming.offline;

import org.jspecify.annotations.NullMarked;
