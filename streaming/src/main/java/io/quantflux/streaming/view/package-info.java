// SPDX-License-Identifier: Apache-2.0
/** What the stream shows to those who look on: metrics, a dashboard. It needs none of them. */
@NullMarked
package io.quantflux.streaming.view;

import org.jspecify.annotations.NullMarked;
