// SPDX-License-Identifier: Apache-2.0
/** The stream's figures for Prometheus. They are the stream's: it updates them whether or not anyone looks. */
@NullMarked
package io.quantflux.streaming.metrics;

import org.jspecify.annotations.NullMarked;
