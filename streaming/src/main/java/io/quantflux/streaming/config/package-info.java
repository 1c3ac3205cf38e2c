// SPDX-License-Identifier: Apache-2.0
/** Configuration with Kafka's own ConfigDef. */
@NullMarked
package io.quantflux.streaming.config;

import org.jspecify.annotations.NullMarked;
