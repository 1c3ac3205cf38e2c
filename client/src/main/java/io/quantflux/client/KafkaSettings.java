// SPDX-License-Identifier: Apache-2.0
package io.quantflux.client;

import java.util.HashMap;
import java.util.Map;

/** What our clients ask of Kafka's, before the user's own settings have the last word. */
final class KafkaSettings {
    /** Room for a 16 MiB tensor and what comes with it. */
    static final int MAX_REQUEST_BYTES = 17 << 20;

    private static final int BATCH_BYTES = 1 << 20;
    private static final int BUFFER_BYTES = 32 << 20;

    private KafkaSettings() {}

    /**
     * For tensors: a batch holds a common tensor whole, since only buffers of that size are pooled, and nothing is
     * compressed, since activations hardly shrink.
     */
    static Map<String, Object> tensorProducer(String bootstrapServers, Map<String, ?> overrides) {
        Map<String, Object> settings = producer(bootstrapServers);
        settings.put("batch.size", BATCH_BYTES);
        settings.put("buffer.memory", BUFFER_BYTES);
        settings.put("max.request.size", MAX_REQUEST_BYTES);
        settings.putAll(overrides);
        return settings;
    }

    /** For commands: whoever sends one waits for it, and learns within seconds that there is no broker. */
    static Map<String, Object> commandProducer(String bootstrapServers, Map<String, ?> overrides) {
        Map<String, Object> settings = producer(bootstrapServers);
        settings.put("max.block.ms", 10_000);
        settings.put("request.timeout.ms", 10_000);
        settings.put("delivery.timeout.ms", 20_000);
        settings.putAll(overrides);
        return settings;
    }

    private static Map<String, Object> producer(String bootstrapServers) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        settings.put("linger.ms", 0);
        return settings;
    }

    /** For one that reads whole topics without a group. */
    static Map<String, Object> follower(String bootstrapServers, Map<String, ?> overrides) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("isolation.level", "read_committed");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        settings.put("allow.auto.create.topics", false);
        settings.put("metadata.max.age.ms", 30_000);
        settings.put("fetch.max.wait.ms", 100); // what else it asks waits behind a fetch
        settings.putAll(overrides);
        return settings;
    }
}
