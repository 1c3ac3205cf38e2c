// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.config;

import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.control.Selector;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;

/**
 * Which tensors have metrics of their own.
 *
 * @param tensors those that match one of these, first
 * @param topTensors as many of the others, those with the lowest SQNR
 * @param maxTensors at most so many in all
 */
public record MetricsConfig(List<Selector> tensors, int topTensors, int maxTensors) {
    public static final String TENSORS = "metrics.tensors";
    public static final String TOP_TENSORS = "metrics.tensors.top";
    public static final String MAX_TENSORS = "metrics.tensors.max";

    public MetricsConfig {
        tensors = List.copyOf(tensors);
    }

    static ConfigDef addTo(ConfigDef definition) {
        return definition
                .define(
                        TENSORS,
                        ConfigDef.Type.LIST,
                        "",
                        Importance.LOW,
                        "Tensors with metrics of their own: ids, globs or regex:..., comma-separated.")
                .define(
                        TOP_TENSORS,
                        ConfigDef.Type.INT,
                        20,
                        between(0, 10_000),
                        Importance.LOW,
                        "So many further tensors have metrics of their own: those with the lowest SQNR.")
                .define(
                        MAX_TENSORS,
                        ConfigDef.Type.INT,
                        100,
                        between(0, 10_000),
                        Importance.LOW,
                        "Tensors with metrics of their own at most; quantflux_tensors_dropped_from_metrics says how many"
                                + " that leaves out.");
    }

    static MetricsConfig of(AbstractConfig config) {
        List<Selector> tensors = new ArrayList<>();
        for (String text : config.getList(TENSORS)) {
            try {
                tensors.add(Selector.of(text));
            } catch (InvalidSpecException e) {
                throw new ConfigException(TENSORS, text, e.getMessage());
            }
        }
        return new MetricsConfig(tensors, config.getInt(TOP_TENSORS), config.getInt(MAX_TENSORS));
    }
}
