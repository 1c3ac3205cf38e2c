// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.config.ConfigException;

/** The properties of one combined node (broker and controller), and why each differs from Kafka's default. */
final class BrokerSettings {

    static final int NODE_ID = 1;

    /** The override that is ours and not Kafka's: where clients connect. */
    static final String PORT = "port";

    /** A 16 MiB tensor and what travels with it in its record. */
    private static final int MAX_MESSAGE_BYTES = 17 << 20;

    /** What the directory, the formatting and the ports decide: an override here could only break the start. */
    private static final Set<String> OURS = Set.of(
            "process.roles",
            "node.id",
            "listeners",
            "controller.listener.names",
            "controller.quorum.voters",
            "controller.quorum.bootstrap.servers",
            "log.dir",
            "log.dirs",
            "metadata.log.dir");

    private BrokerSettings() {}

    /** Refuses overrides that contradict the directory or the ports; {@link #PORT} must be a port. */
    static void check(Map<String, String> overrides) {
        for (String key : new TreeSet<>(overrides.keySet())) {
            if (OURS.contains(key)) {
                throw new EmbeddedKafkaException("broker property " + key + " was '" + overrides.get(key)
                        + "' but is set by the directory and the override '" + PORT + "'; leave it out");
            }
        }
        port(overrides);
    }

    /** The client port asked for; 0 is any free one. */
    static int port(Map<String, String> overrides) {
        return Listeners.parsePort(overrides.getOrDefault(PORT, "0"));
    }

    /** The settings of a node on {@code dir}, overrides last. */
    static KafkaConfig of(Path dir, Listeners listeners, Map<String, String> overrides) {
        Map<String, String> properties = new HashMap<>();
        properties.putAll(identity(dir, listeners));
        properties.putAll(alone());
        properties.putAll(sizedForOneMachine());
        properties.putAll(impatient());
        properties.putAll(forTheStream());
        properties.putAll(overrides);
        properties.remove(PORT);
        try {
            return new KafkaConfig(properties, false);
        } catch (ConfigException | IllegalArgumentException e) {
            throw new EmbeddedKafkaException("Kafka refuses its settings: " + firstLine(e), e);
        }
    }

    private static Map<String, String> identity(Path dir, Listeners listeners) {
        String client = Listeners.CLIENT + "://" + listeners.clientEndpoint();
        String controller = Listeners.CONTROLLER + "://" + listeners.controllerEndpoint();
        return Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                Integer.toString(NODE_ID),
                "listeners",
                client + "," + controller,
                "advertised.listeners",
                client,
                "controller.listener.names",
                Listeners.CONTROLLER,
                "listener.security.protocol.map",
                Listeners.CONTROLLER + ":PLAINTEXT," + Listeners.CLIENT + ":PLAINTEXT",
                // a dynamic quorum writes the voter's port to disk; a static one lets it change with every start
                "controller.quorum.voters",
                NODE_ID + "@" + listeners.controllerEndpoint(),
                "log.dirs",
                dir.toString());
    }

    /** No second node to replicate to. */
    private static Map<String, String> alone() {
        return Map.of(
                "offsets.topic.replication.factor", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                "min.insync.replicas", "1");
    }

    /** Fewer partitions, threads and buffers: starts sooner, idles smaller. */
    private static Map<String, String> sizedForOneMachine() {
        return Map.of(
                "offsets.topic.num.partitions", "4",
                "transaction.state.log.num.partitions", "4",
                "share.coordinator.state.topic.num.partitions", "4",
                "num.network.threads", "2",
                "num.io.threads", "4",
                "num.recovery.threads.per.data.dir", "1",
                // nobody looks at this JVM's MBeans, and there are thousands of them
                "metric.reporters", "",
                // 128 MiB of heap by default, taken at the start
                "log.cleaner.dedupe.buffer.size", Integer.toString(8 << 20));
    }

    /** Nobody waits for a node that is gone. */
    private static Map<String, String> impatient() {
        return Map.of(
                // a broker killed and started again is refused until its old session ends; 9 s by default
                "broker.session.timeout.ms", "3000",
                "broker.heartbeat.interval.ms", "500",
                // a start that hangs must end before the one who waits for it gives up
                "server.max.startup.time.ms", "50000");
    }

    /** What the processor and its tests rely on. */
    private static Map<String, String> forTheStream() {
        return Map.of(
                "message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES),
                "replica.fetch.max.bytes", Integer.toString(MAX_MESSAGE_BYTES),
                // a mistyped topic is an error, not a topic
                "auto.create.topics.enable", "false",
                // KIP-848: the broker decides how soon a dead member's partitions move; 45 s by default
                "group.consumer.min.session.timeout.ms", "3000",
                "group.consumer.session.timeout.ms", "6000",
                "group.consumer.min.heartbeat.interval.ms", "500",
                "group.consumer.heartbeat.interval.ms", "1000",
                // classic groups: nobody else is about to join
                "group.initial.rebalance.delay.ms", "0");
    }

    /** The first line of the innermost message. */
    static String firstLine(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null || message.isBlank()
                ? root.getClass().getSimpleName()
                : message.lines().findFirst().orElse(message);
    }
}
