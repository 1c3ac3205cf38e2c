// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A node's place in a cluster of several; a node of its own has none.
 *
 * <p>Travels to the node's JVM among the overrides, under keys that Kafka does not know.
 *
 * @param nodeId from 1
 * @param clusterId the same for all nodes
 * @param voters {@code id@host:port} of every node's controller, comma-separated
 */
record Seat(int nodeId, String clusterId, String voters) {
    private static final String NODE = "quantflux.node.id";
    private static final String CLUSTER = "quantflux.cluster.id";
    private static final String VOTERS = "quantflux.controller.voters";

    /** The seat among {@code overrides}, if there is one. */
    static @Nullable Seat of(Map<String, String> overrides) {
        String node = overrides.get(NODE);
        String cluster = overrides.get(CLUSTER);
        String voters = overrides.get(VOTERS);
        return node == null || cluster == null || voters == null
                ? null
                : new Seat(Integer.parseInt(node), cluster, voters);
    }

    /** {@code overrides} with this seat among them. */
    Map<String, String> in(Map<String, String> overrides) {
        Map<String, String> all = new HashMap<>(overrides);
        all.put(NODE, Integer.toString(nodeId));
        all.put(CLUSTER, clusterId);
        all.put(VOTERS, voters);
        return all;
    }

    /** Takes what is no broker property out of {@code properties}. */
    static void removeFrom(Map<String, String> properties) {
        properties.remove(NODE);
        properties.remove(CLUSTER);
        properties.remove(VOTERS);
    }

    int nodes() {
        return voters.split(",").length;
    }

    /** Where this node's controller listens. */
    int controllerPort() {
        Optional<String> own = Arrays.stream(voters.split(","))
                .filter(voter -> voter.startsWith(nodeId + "@"))
                .findFirst();
        String endpoint = own.orElseThrow(
                () -> new EmbeddedKafkaException("node " + nodeId + " is none of the voters " + voters));
        return Listeners.parsePort(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }
}
