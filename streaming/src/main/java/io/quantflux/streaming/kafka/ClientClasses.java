// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.kafka;

import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.protocol.ApiKeys;

/** What the Kafka clients load and set up once a JVM: the settings' definitions, the schemas of all requests. */
public final class ClientClasses {
    private ClientClasses() {}

    /** Loads them now rather than with the first client. */
    public static void load() {
        int known = AdminClientConfig.configNames().size()
                + ConsumerConfig.configNames().size()
                + ProducerConfig.configNames().size();
        if (known == 0 || ApiKeys.values().length == 0) {
            throw new IllegalStateException("the Kafka clients know no settings");
        }
    }
}
