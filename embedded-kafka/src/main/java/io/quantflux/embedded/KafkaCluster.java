// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Several combined nodes, each in a JVM of its own, that can be stopped, killed and started again one by one.
 *
 * <p>Topics are replicated to three nodes, as far as there are, and a write needs two. Nodes keep their ports; another
 * program could take one in between, and that start would then fail.
 */
public final class KafkaCluster implements AutoCloseable {
    private final Path dir;
    private final Map<String, String> overrides;
    private final List<Seat> seats = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();
    private final List<@Nullable KafkaChildProcess> nodes = new ArrayList<>();

    private KafkaCluster(Path dir, int size, Map<String, String> overrides) {
        this.dir = dir;
        this.overrides = overrides;
        List<Integer> free = freePorts(2 * size);
        String voters = IntStream.rangeClosed(1, size)
                .mapToObj(node -> node + "@" + Listeners.HOST + ":" + free.get(size + node - 1))
                .collect(Collectors.joining(","));
        String clusterId = Uuid.randomUuid().toString();
        for (int node = 1; node <= size; node++) {
            seats.add(new Seat(node, clusterId, voters));
            ports.add(free.get(node - 1));
            nodes.add(null);
        }
    }

    /**
     * Starts all nodes and returns when they serve.
     *
     * @param dir new or of an earlier cluster of one node; each node has a folder of its own in it
     * @param size number of nodes
     * @param brokerOverrides as for {@link EmbeddedKafka#start(Path, Map)}, for every node; no {@code port}
     * @throws EmbeddedKafkaException if a node does not start
     */
    public static KafkaCluster start(Path dir, int size, Map<String, String> brokerOverrides) {
        KafkaCluster cluster = new KafkaCluster(dir, size, brokerOverrides);
        // together: a node serves once a majority of the controllers has found each other
        List<CompletableFuture<Void>> starts = IntStream.range(0, size)
                .mapToObj(node -> CompletableFuture.runAsync(() -> cluster.start(node)))
                .toList();
        try {
            CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new)).join();
            return cluster;
        } catch (CompletionException e) {
            cluster.close();
            throw e.getCause() instanceof EmbeddedKafkaException cause
                    ? cause
                    : new EmbeddedKafkaException("the cluster did not start: " + e.getCause(), e);
        }
    }

    private static List<Integer> freePorts(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) { // all at once, or one might come twice
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException e) {
            throw new EmbeddedKafkaException("no free ports: " + e.getMessage(), e);
        } finally {
            for (ServerSocket socket : sockets) {
                try {
                    socket.close();
                } catch (IOException e) {
                    // nothing was written to it
                }
            }
        }
    }

    /** Where clients connect, every node. */
    public String bootstrapServers() {
        return ports.stream().map(port -> Listeners.HOST + ":" + port).collect(Collectors.joining(","));
    }

    /** Number of nodes, running or not. */
    public int size() {
        return seats.size();
    }

    /** Starts a node that does not run, on its old directory and ports; returns when it serves. */
    public void start(int node) {
        Map<String, String> own = new HashMap<>(overrides);
        own.put(BrokerSettings.PORT, Integer.toString(ports.get(node)));
        KafkaChildProcess started = KafkaChildProcess.start(
                dir.resolve("node-" + (node + 1)), seats.get(node).in(own));
        synchronized (nodes) {
            nodes.set(node, started);
        }
    }

    /** Lets a node stop in order: it hands its partitions over first. */
    public void stop(int node) {
        KafkaChildProcess running = remove(node);
        if (running != null) {
            running.close();
        }
    }

    /** SIGKILL. */
    public void kill(int node) {
        KafkaChildProcess running = remove(node);
        if (running != null) {
            running.kill();
        }
    }

    private @Nullable KafkaChildProcess remove(int node) {
        synchronized (nodes) {
            return nodes.set(node, null);
        }
    }

    /** Kills all nodes: the last of them could not stop in order, for want of a majority. */
    @Override
    public void close() {
        for (int node = 0; node < size(); node++) {
            kill(node);
        }
    }
}
