// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the members of the group come to share its partitions. */
enum GroupProtocol {
    /** KIP-848: the broker assigns, and each member moves on its own; brokers from 4.0. */
    CONSUMER,
    /** The members' leader assigns, cooperatively: a member keeps what it has while others move. */
    CLASSIC;

    /** What the configuration calls leaving the choice to the brokers. */
    static final String AUTO = "auto";

    private static final Logger log = LoggerFactory.getLogger(GroupProtocol.class);
    private static final String FEATURE = "group.version";

    /** The client's settings for it. A classic member's session timeout is its own: here as short as a broker is advised. */
    Map<String, Object> settings() {
        return this == CONSUMER
                ? Map.of()
                : Map.of(
                        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                        List.of(CooperativeStickyAssignor.class.getName()),
                        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                        6_000,
                        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                        2_000);
    }

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws ConfigException if there is none of that name */
    static GroupProtocol of(String key) {
        return Arrays.stream(values())
                .filter(protocol -> protocol.key().equals(key.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() ->
                        new ConfigException(ConsumerConfig.GROUP_PROTOCOL_CONFIG, key, "must be consumer or classic"));
    }

    /** The newest that the brokers have enabled; {@link #CONSUMER} if they do not say, for a client then says what is wrong. */
    static GroupProtocol offeredBy(Admin admin) {
        try {
            FinalizedVersionRange version = admin.describeFeatures()
                    .featureMetadata()
                    .get()
                    .finalizedFeatures()
                    .get(FEATURE);
            return version != null && version.maxVersionLevel() > 0 ? CONSUMER : CLASSIC;
        } catch (ExecutionException e) {
            log.debug("the brokers do not tell their features: {}", e.getMessage());
            return CONSUMER;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CONSUMER;
        }
    }
}
