// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.shard.ShardSettings;
import io.quantflux.streaming.view.CalibrationListener;
import reactor.core.scheduler.Scheduler;

/** What a session is made of: configuration, the shards' settings, where lanes compute and restores block, who looks on. */
record StreamSettings(
        ProcessorConfig config,
        ShardSettings shards,
        Scheduler compute,
        Scheduler blocking,
        CalibrationListener listener,
        MeterRegistry registry) {}
