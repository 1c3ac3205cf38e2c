// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker with a door: who gets in, and what they may do there. */
class BrokerSecurityIT {
    private static final List<NewTopic> TOPICS = List.of(new NewTopic("t", Optional.of(1), Optional.empty()));

    @TempDir
    private Path dir;

    @Test
    void withTlsAloneWhoeverTrustsTheKeyMayDoEverything() throws Exception {
        BrokerSecurity security = BrokerSecurity.tls(dir.resolve("tls"));
        try (EmbeddedKafka kafka = EmbeddedKafka.start(dir.resolve("kafka"), Map.of(), security);
                Admin admin = admin(kafka, security.client("anybody"))) {
            admin.createTopics(TOPICS).all().get();
            assertThat(admin.listTopics().names().get()).contains("t");
        }
    }

    @Test
    void withScramOnlyTheSuperUserMayDoWhatNoAclAllows() throws Exception {
        BrokerSecurity security =
                BrokerSecurity.scram(dir.resolve("tls"), Map.of("root", "r-pass", "eve", "e-pass"), "root");
        try (EmbeddedKafka kafka = EmbeddedKafka.start(dir.resolve("kafka"), Map.of(), security)) {
            try (Admin root = admin(kafka, security.client("root"))) {
                root.createTopics(TOPICS).all().get();
            }
            try (Admin eve = admin(kafka, security.client("eve"))) {
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(() -> eve.createTopics(TOPICS).all().get())
                        .withCauseInstanceOf(TopicAuthorizationException.class);
                assertThat(eve.listTopics().names().get()).isEmpty();
            }
            try (Admin wrong = admin(kafka, security.client("root", "guess"))) {
                assertThatExceptionOfType(ExecutionException.class)
                        .isThrownBy(() -> wrong.listTopics().names().get())
                        .withCauseInstanceOf(SaslAuthenticationException.class);
            }
        }
    }

    private static Admin admin(EmbeddedKafka kafka, Map<String, String> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("bootstrap.servers", kafka.bootstrapServers());
        all.put("default.api.timeout.ms", 8000);
        all.put("request.timeout.ms", 5000);
        return Admin.create(all);
    }
}
