// SPDX-License-Identifier: Apache-2.0
/** What the dashboard knows of the stream: bounded histories, samples, the audit list. No HTTP and no Kafka in here. */
@NullMarked
package io.quantflux.streaming.dashboard;

import org.jspecify.annotations.NullMarked;
