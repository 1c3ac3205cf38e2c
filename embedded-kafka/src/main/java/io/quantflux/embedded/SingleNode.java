// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.FaultHandlerFactory;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.raft.QuorumConfig;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Broker and controller of one combined node.
 *
 * <p>Kafka's own {@link KafkaRaftServer} makes the same three parts, but binds its own sockets and lets a fault halt the
 * JVM; both are for the caller to decide here.
 */
final class SingleNode {

    private final ControllerServer controller;
    private final BrokerServer broker;

    private SingleNode(ControllerServer controller, BrokerServer broker) {
        this.controller = controller;
        this.broker = broker;
    }

    /** Returns when the broker serves; after a failure nothing of it runs. */
    static SingleNode start(KafkaConfig config, Listeners listeners, FaultHandlerFactory faults) {
        Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> formatted = KafkaRaftServer.initializeLogDirs(
                config, LoggerFactory.getLogger(SingleNode.class), "[" + BrokerSettings.NODE_ID + "] ");
        String clusterId = formatted._1().clusterId().orElseThrow();
        Metrics metrics = Server.initializeMetrics(config, Time.SYSTEM, clusterId);
        SharedServer shared = new SharedServer(
                config,
                formatted._1(),
                Time.SYSTEM,
                metrics,
                CompletableFuture.completedFuture(
                        QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
                List.of(),
                faults,
                listeners);
        SingleNode node = new SingleNode(
                new ControllerServer(shared, KafkaRaftServer.configSchema(), formatted._2()), new BrokerServer(shared));
        try {
            // the broker finds the controller through the quorum, which the controller starts
            node.controller.startup();
            node.broker.startup();
            return node;
        } catch (Throwable e) { // Scala throws what it does not declare
            node.stop();
            throw e;
        }
    }

    /** Stops in order and waits for it; the broker first, since it says goodbye to the controller. */
    void stop() {
        try {
            broker.shutdown();
        } finally {
            controller.shutdown();
        }
    }
}
