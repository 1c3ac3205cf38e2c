// SPDX-License-Identifier: Apache-2.0
/** The command line, bin/quantflux. */
@NullMarked
package io.quantflux.streaming.cli;

import org.jspecify.annotations.NullMarked;
