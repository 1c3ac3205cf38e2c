// SPDX-License-Identifier: Apache-2.0
package io.quantflux.client;

import io.quantflux.avro.ControlCodec;
import io.quantflux.spec.control.ControlCommand;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends control commands, in order. Whether a command changes anything, the events topic tells. */
public final class ControlClient implements AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final String topic;
    private final Outbox outbox;

    private ControlClient(String topic, Map<String, Object> settings) {
        this.topic = topic;
        outbox = new Outbox("quantflux-control", settings);
    }

    /** To the default topics, with our settings. */
    public static ControlClient create(String bootstrapServers) {
        return create(bootstrapServers, TopicNames.DEFAULT, Map.of());
    }

    /**
     * @param overrides settings of Kafka's producer that win over ours
     * @throws org.apache.kafka.common.KafkaException if Kafka refuses a setting; not if its broker is away
     */
    public static ControlClient create(String bootstrapServers, TopicNames topics, Map<String, ?> overrides) {
        return new ControlClient(topics.control(), KafkaSettings.commandProducer(bootstrapServers, overrides));
    }

    /** An id that no other command has. */
    public static String newId() {
        return UUID.randomUUID().toString();
    }

    /**
     * Sends a command; does not wait.
     *
     * @return the command's offset in the control topic once all in-sync replicas have it, or the reason why not, within
     *     half a minute by default
     */
    public CompletableFuture<Long> send(ControlCommand command) {
        CompletableFuture<Long> sent = new CompletableFuture<>();
        byte[] key = command.selector().toString().getBytes(StandardCharsets.UTF_8);
        outbox.post(new ProducerRecord<>(topic, key, ControlCodec.encode(command)), (result, at, cause) -> {
            if (at != null) {
                sent.complete(at.offset());
            } else {
                sent.completeExceptionally(
                        cause != null
                                ? cause
                                : new TimeoutException(topic + ": closed before " + command.id() + " was sent"));
            }
        });
        return sent;
    }

    /** Sends what is left, for at most 10 s. */
    @Override
    public void close() {
        outbox.close(CLOSE_TIMEOUT);
    }
}
