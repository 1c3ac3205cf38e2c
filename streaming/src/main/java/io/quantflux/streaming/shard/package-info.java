// SPDX-License-Identifier: Apache-2.0
/** What happens to a record, as a pure fold over one partition: no Kafka, no Reactor, no clock. */
@NullMarked
package io.quantflux.streaming.shard;

import org.jspecify.annotations.NullMarked;
