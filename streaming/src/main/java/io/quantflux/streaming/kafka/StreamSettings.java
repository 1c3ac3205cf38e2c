// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.shard.ShardSettings;
import reactor.core.scheduler.Scheduler;

/** What a session is made of: configuration, the shards' settings, and where lanes compute and restores block. */
record StreamSettings(ProcessorConfig config, ShardSettings shards, Scheduler compute, Scheduler blocking) {}
