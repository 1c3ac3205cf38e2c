// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import static java.util.Map.entry;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

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
    static KafkaConfig of(
            Path dir, Listeners listeners, Map<String, String> overrides, @Nullable BrokerSecurity security) {
        Map<String, String> properties = new HashMap<>();
        Seat seat = Seat.of(overrides);
        properties.putAll(identity(dir, listeners, seat, security == null ? "PLAINTEXT" : security.protocol()));
        if (security != null) {
            properties.putAll(security.broker());
        }
        properties.putAll(seat == null ? replicated(1, 1) : replicated(Math.min(3, seat.nodes()), 2));
        properties.putAll(sizedForOneMachine());
        properties.putAll(impatient());
        properties.putAll(forTheStream());
        properties.putAll(overrides);
        properties.remove(PORT);
        Seat.removeFrom(properties);
        try {
            return new KafkaConfig(properties, false);
        } catch (ConfigException | IllegalArgumentException e) {
            throw new EmbeddedKafkaException("Kafka refuses its settings: " + firstLine(e), e);
        }
    }

    private static Map<String, String> identity(Path dir, Listeners listeners, @Nullable Seat seat, String protocol) {
        String client = Listeners.CLIENT + "://" + listeners.clientEndpoint();
        String controller = Listeners.CONTROLLER + "://" + listeners.controllerEndpoint();
        return Map.ofEntries(
                entry("process.roles", "broker,controller"),
                entry("node.id", Integer.toString(nodeId(seat))),
                entry("listeners", client + "," + controller),
                entry("advertised.listeners", client),
                entry("controller.listener.names", Listeners.CONTROLLER),
                entry("inter.broker.listener.name", Listeners.CLIENT),
                entry(
                        "listener.security.protocol.map",
                        Listeners.CONTROLLER + ":PLAINTEXT," + Listeners.CLIENT + ":" + protocol),
                // a dynamic quorum writes the voter's port to disk; a static one lets it change with every start
                entry(
                        "controller.quorum.voters",
                        seat == null ? NODE_ID + "@" + listeners.controllerEndpoint() : seat.voters()),
                entry("log.dirs", dir.toString()));
    }

    static int nodeId(@Nullable Seat seat) {
        return seat == null ? NODE_ID : seat.nodeId();
    }

    /** A node of its own has no second one to replicate to. */
    private static Map<String, String> replicated(int replicas, int inSync) {
        String all = Integer.toString(replicas);
        String some = Integer.toString(inSync);
        return Map.of(
                "default.replication.factor", all,
                "offsets.topic.replication.factor", all,
                "transaction.state.log.replication.factor", all,
                "transaction.state.log.min.isr", some,
                "share.coordinator.state.topic.replication.factor", all,
                "share.coordinator.state.topic.min.isr", some,
                "min.insync.replicas", some);
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
                // how often it looks for transactions that are past their timeout; 10 s by default
                "transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000",
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
                "group.consumer.session.timeout.ms", "4000",
                // and how often each tells the broker of what it has let go and hears what it gets: thrice in a
                // hand-over
                "group.consumer.min.heartbeat.interval.ms", "500",
                "group.consumer.heartbeat.interval.ms", "500",
                // no pause between two assignments: a member that dies and comes back leads to two in a row
                "group.consumer.assignment.interval.ms", "0",
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
