// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.FaultHandlerFactory;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.jspecify.annotations.Nullable;

/**
 * A real single-node KRaft broker in this JVM, for tests.
 *
 * <p>Faults of the node are logged and leave this JVM alone, with one exception that Kafka leaves no choice about: when
 * its directory fails, for example because it was deleted below a running broker, Kafka halts the JVM. Close the broker
 * first, and give a user's program a {@link KafkaChildProcess}.
 */
public final class EmbeddedKafka implements AutoCloseable {

    private final SingleNode node;
    private final BrokerDirectory directory;
    private final String bootstrapServers;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedKafka(SingleNode node, BrokerDirectory directory, String bootstrapServers) {
        this.node = node;
        this.directory = directory;
        this.bootstrapServers = bootstrapServers;
    }

    /** A broker on free loopback ports; see {@link #start(Path, Map)}. */
    public static EmbeddedKafka start(Path dir) {
        return start(dir, Map.of());
    }

    /**
     * Starts a broker and returns when it serves. A new directory is created and formatted; one that a broker used
     * before keeps its topics, whatever port it had.
     *
     * @param dir where topics and metadata are kept; one broker at a time
     * @param brokerOverrides broker properties that win over the defaults of this module, and {@code port}: the port for
     *     clients, 0 or absent for any free one
     * @throws EmbeddedKafkaException if the directory cannot be written or is in use, the port is taken, or Kafka
     *     refuses a property
     */
    public static EmbeddedKafka start(Path dir, Map<String, String> brokerOverrides) {
        return start(dir, brokerOverrides, EmbeddedKafka::log, null);
    }

    /** As {@link #start(Path, Map)}, for a broker that lets only those in who satisfy {@code security}. */
    public static EmbeddedKafka start(Path dir, Map<String, String> brokerOverrides, BrokerSecurity security) {
        return start(dir, brokerOverrides, EmbeddedKafka::log, security);
    }

    private static FaultHandler log(String name, boolean fatal, Runnable action) {
        return new LoggingFaultHandler(name, action);
    }

    static EmbeddedKafka start(
            Path dir,
            Map<String, String> brokerOverrides,
            FaultHandlerFactory faults,
            @Nullable BrokerSecurity security) {
        BrokerSettings.check(brokerOverrides);
        BrokerDirectory directory = BrokerDirectory.claim(
                dir, Seat.of(brokerOverrides), security == null ? List.of() : security.scramArguments());
        try {
            return start(directory, brokerOverrides, faults, security);
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private static EmbeddedKafka start(
            BrokerDirectory directory,
            Map<String, String> overrides,
            FaultHandlerFactory faults,
            @Nullable BrokerSecurity security) {
        Seat seat = Seat.of(overrides);
        Listeners listeners = Listeners.bind(BrokerSettings.port(overrides), seat == null ? 0 : seat.controllerPort());
        try {
            SingleNode node = SingleNode.start(
                    BrokerSettings.of(directory.path(), listeners, overrides, security), listeners, faults);
            return new EmbeddedKafka(node, directory, listeners.clientEndpoint());
        } catch (EmbeddedKafkaException e) {
            listeners.close();
            throw e;
        } catch (Throwable e) { // Scala throws what it does not declare
            listeners.close();
            throw new EmbeddedKafkaException(
                    "Kafka did not start on " + directory.path() + ": " + BrokerSettings.firstLine(e), e);
        }
    }

    /** Where clients connect, {@code 127.0.0.1:PORT}. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** The real path of the directory the broker was started on. */
    public Path directory() {
        return directory.path();
    }

    /** Stops the broker in order and waits for it; the data stay. A second call does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                node.stop();
            } finally {
                directory.close();
            }
        }
    }
}
