// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.cli;

import io.quantflux.avro.QParamsUpdate;
import io.quantflux.client.QParamsSubscriber;
import io.quantflux.spec.TensorId;
import io.quantflux.spec.control.Selector;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.StartupException;
import io.quantflux.streaming.kafka.Topics;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/** The compacted topic of qparams, read once to its end. */
final class NewestQParams {
    private static final Duration CAUGHT_UP = Duration.ofSeconds(60);

    private NewestQParams() {}

    /**
     * The newest of each tensor that {@code wanted} matches, by id.
     *
     * @throws StartupException if no broker answers, or the topic is missing or cannot be read
     */
    static SortedMap<TensorId, QParamsUpdate> read(ProcessorConfig config, Selector wanted)
            throws InterruptedException {
        try (Topics topics = Topics.of(config)) {
            topics.requireReadable(config.topics().qparams());
        }
        try (QParamsSubscriber subscriber = QParamsSubscriber.builder(config.bootstrapServers())
                .topics(config.topics())
                .kafka(config.kafka("consumer"))
                .build()) {
            if (!subscriber.awaitCaughtUp(CAUGHT_UP)) {
                throw new StartupException("cannot read " + config.topics().qparams() + " from "
                        + config.bootstrapServers() + ": " + subscriber.status().detail());
            }
            SortedMap<TensorId, QParamsUpdate> newest = new TreeMap<>(subscriber.snapshot());
            newest.keySet().removeIf(id -> !wanted.matches(id));
            return newest;
        }
    }
}
