// SPDX-License-Identifier: Apache-2.0
package io.quantflux.examples.demo;

import io.quantflux.embedded.KafkaChildProcess;
import io.quantflux.streaming.Processor;
import io.quantflux.streaming.config.DashboardConfig;
import io.quantflux.streaming.config.ProcessorConfig;
import io.quantflux.streaming.http.ControlToken;
import io.quantflux.streaming.kafka.StartupException;
import io.quantflux.streaming.kafka.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real broker in a process of its own, the topics, and the processor in this one. */
final class DemoCluster implements AutoCloseable {
    private static final int PARTITIONS = 4;
    private static final Duration LEADERS = Duration.ofSeconds(30);
    private static final Duration READY = Duration.ofSeconds(60);

    private final KafkaChildProcess broker;
    private final Processor processor;
    private final String controlToken;

    private DemoCluster(KafkaChildProcess broker, Processor processor, String controlToken) {
        this.broker = broker;
        this.processor = processor;
        this.controlToken = controlToken;
    }

    /** Blocks until records may flow. */
    static DemoCluster start(Path directory, int httpPort) throws IOException, InterruptedException {
        KafkaChildProcess broker = KafkaChildProcess.start(directory.resolve("kafka"), Map.of());
        try {
            String controlToken = ControlToken.random();
            Path tokenFile = Files.writeString(directory.resolve("control-token"), controlToken);
            ProcessorConfig config = new ProcessorConfig(Map.of(
                    ProcessorConfig.BOOTSTRAP_SERVERS,
                    broker.bootstrapServers(),
                    ProcessorConfig.INSTANCE_ID,
                    "demo",
                    ProcessorConfig.HTTP_PORT,
                    httpPort,
                    DashboardConfig.HTTP_CONTROL_TOKEN_FILE,
                    tokenFile.toString()));
            try (Topics topics = Topics.of(config)) {
                topics.create(PARTITIONS, Optional.of((short) 1), LEADERS);
            }
            Processor processor = Processor.start(config);
            if (!processor.awaitReady(READY)) {
                List<String> reasons = processor.status().notReadyBecause();
                processor.close();
                throw new StartupException("the processor is not ready after " + READY.toSeconds() + " s: " + reasons);
            }
            return new DemoCluster(broker, processor, controlToken);
        } catch (RuntimeException | IOException | InterruptedException e) {
            broker.close();
            throw e;
        }
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    Processor processor() {
        return processor;
    }

    /** Address of the dashboard, with a token for this demo alone, by which its buttons work; empty without HTTP. */
    Optional<String> dashboard() {
        return processor.httpAddress().map(address -> address + "/#token=" + controlToken);
    }

    /** The processor first, so that it commits what it has; then the broker. */
    @Override
    public void close() {
        processor.close();
        broker.close();
    }
}
