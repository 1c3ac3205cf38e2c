// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.config;

import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import java.time.Duration;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * When a partition of mostly bad records is paused, instead of copied to the dead letters.
 *
 * @param share of the window that has to be bad; 0 never pauses
 * @param window newest records that are looked at
 * @param pause until the next attempt; doubles with each that fails, to at most 16 times
 */
public record BreakerSettings(double share, int window, Duration pause) {
    private static final String SHARE = "deadletter.breaker.share";
    private static final String WINDOW = "deadletter.breaker.window";
    private static final String PAUSE_MS = "deadletter.breaker.pause.ms";

    static ConfigDef define(ConfigDef definition) {
        return definition
                .define(
                        SHARE,
                        ConfigDef.Type.DOUBLE,
                        0.5,
                        between(0.0, 1.0),
                        Importance.MEDIUM,
                        "A partition is paused, and the processor not ready, when this share of its newest"
                                + " deadletter.breaker.window records became dead letters; 0 never pauses.")
                .define(
                        WINDOW,
                        ConfigDef.Type.INT,
                        1000,
                        between(10, 1_000_000),
                        Importance.LOW,
                        "Records of a partition over which the share of dead letters is taken.")
                .define(
                        PAUSE_MS,
                        ConfigDef.Type.LONG,
                        30_000L,
                        atLeast(1),
                        Importance.LOW,
                        "How long such a partition is paused before a tenth of the window is tried again; doubles with each"
                                + " attempt that fails, to at most 16 times.");
    }

    static BreakerSettings of(AbstractConfig config) {
        return new BreakerSettings(
                config.getDouble(SHARE), config.getInt(WINDOW), Duration.ofMillis(config.getLong(PAUSE_MS)));
    }
}
