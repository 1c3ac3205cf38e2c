// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.embedded.KafkaChildProcess;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.kafka.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker from Maven Central, of the version and with the settings of the Compose file; only addresses and directory differ. */
class ComposeBrokerIT {
    /** Where the node is and what it keeps its data in; in a test that is not the container's. */
    private static final List<String> PLACE = List.of(
            "node.id",
            "process.roles",
            "controller.quorum.voters",
            "controller.listener.names",
            "listeners",
            "advertised.listeners",
            "listener.security.protocol.map",
            "inter.broker.listener.name",
            "log.dirs");

    @TempDir
    private Path directory;

    @Test
    void aBrokerStartsWithThemAndAProcessorBecomesReady() throws Exception {
        Map<String, String> settings = ComposeFile.brokerProperties();
        assertThat(settings).containsKeys(PLACE.toArray(String[]::new));
        settings.keySet().removeAll(PLACE);
        assertThat(settings).hasSizeGreaterThan(12);
        try (KafkaChildProcess broker = KafkaChildProcess.start(directory, settings)) {
            ConfigResource node = new ConfigResource(ConfigResource.Type.BROKER, "1");
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                Config config = admin.describeConfigs(List.of(node))
                        .all()
                        .get()
                        .values()
                        .iterator()
                        .next();
                settings.forEach((key, value) ->
                        assertThat(config.get(key).value()).as(key).isEqualTo(value));
            }
            ProcessorConfig processorConfig = new ProcessorConfig(
                    Map.of("bootstrap.servers", broker.bootstrapServers(), "http.port", -1, "instance.id", "0"));
            try (Topics topics = Topics.of(processorConfig)) {
                topics.create(6, Optional.of((short) 1), Duration.ofSeconds(30));
            }
            try (Processor processor = Processor.start(processorConfig)) {
                assertThat(processor.awaitReady(Duration.ofSeconds(60))).isTrue();
            }
        }
    }
}
