// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import io.quantflux.client.TopicNames;
import io.quantflux.streaming.config.ProcessorConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * How large a message each topic has to take, {@code max.message.bytes}.
 *
 * <p>A topic that takes less than is read would fail a transaction, and fail it again after each restart.
 */
final class MessageLimits {
    private static final int ENVELOPE = 1 << 20;
    private static final int SEGMENT = 16 << 20;

    private final TopicNames names;
    private final int maxRecordBytes;
    private final int maxRequestBytes;

    MessageLimits(ProcessorConfig config) {
        names = config.topics();
        maxRecordBytes = config.maxRecordBytes();
        maxRequestBytes = Clients.maxRequestBytes(config);
    }

    /** For a new input topic. */
    Map<String, String> input() {
        return limit(maxRequestBytes - ENVELOPE);
    }

    /** For a new topic of outputs: what the input topic takes, and the headers of a dead letter. */
    Map<String, String> output() {
        return limit(maxRequestBytes);
    }

    /**
     * For a new compacted topic: besides, segments so small that a shard is read back fast, as the newest one is never
     * compacted, and large enough for any message.
     */
    Map<String, String> compacted() {
        Map<String, String> settings = new HashMap<>(output());
        settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        settings.put(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(Math.max(SEGMENT, maxRequestBytes)));
        return settings;
    }

    private static Map<String, String> limit(int bytes) {
        return Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(bytes));
    }

    /**
     * Checks the topics that are there; not where reading their settings is not allowed.
     *
     * @throws StartupException naming a topic that takes too little
     * @throws ExecutionException if the cluster does not answer
     */
    void verify(Admin admin) throws ExecutionException, InterruptedException {
        long needed = (long) maxRecordBytes + ENVELOPE;
        List<ConfigResource> outputs = List.of(
                topic(names.fakeQuantized()), topic(names.qparams()), topic(names.state()), topic(names.deadLetters()));
        Map<ConfigResource, Config> found;
        try {
            found = admin.describeConfigs(outputs).all().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return;
            }
            throw e;
        }
        for (ConfigResource topic : outputs) {
            Config settings = found.get(topic);
            long actual = settings == null
                    ? needed
                    : Long.parseLong(
                            settings.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value());
            if (actual < needed) {
                throw new StartupException("topic " + topic.name() + " has max.message.bytes " + actual + " but needs "
                        + needed + " for max.record.bytes " + maxRecordBytes + ": raise the one or lower the other");
            }
        }
    }

    private static ConfigResource topic(String name) {
        return new ConfigResource(ConfigResource.Type.TOPIC, name);
    }
}
