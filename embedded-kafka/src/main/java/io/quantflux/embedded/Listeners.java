// SPDX-License-Identifier: Apache-2.0
package io.quantflux.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The two loopback sockets of a combined node, bound before the node is made.
 *
 * <p>A free port that is looked up first and bound later may be taken in between, and a controller that cannot bind
 * halts its JVM: so the sockets come first, and the ports in the settings are theirs.
 */
final class Listeners implements ServerSocketFactory, AutoCloseable {

    static final String HOST = "127.0.0.1";
    static final String CLIENT = "CLIENTS";
    static final String CONTROLLER = "CONTROLLER";

    private static final byte[] ADDRESS = {127, 0, 0, 1};

    private final ServerSocketChannel client;
    private final ServerSocketChannel controller;

    private Listeners(ServerSocketChannel client, ServerSocketChannel controller) {
        this.client = client;
        this.controller = controller;
    }

    /** Binds the ports asked for, 0 for any free one. */
    static Listeners bind(int clientPort, int controllerPort) {
        ServerSocketChannel client = listen(clientPort);
        try {
            return new Listeners(client, listen(controllerPort));
        } catch (EmbeddedKafkaException e) {
            close(client);
            throw e;
        }
    }

    /** The value of the override {@code port}. */
    static int parsePort(String value) {
        try {
            int port = Integer.parseInt(value);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // answered below, together with numbers out of range
        }
        throw new EmbeddedKafkaException(
                "port was '" + value + "' but must be a number from 0 (any free port) to 65535");
    }

    /** {@code 127.0.0.1:PORT} of the socket for clients. */
    String clientEndpoint() {
        return HOST + ":" + client.socket().getLocalPort();
    }

    /** {@code 127.0.0.1:PORT} of the socket for the controller. */
    String controllerEndpoint() {
        return HOST + ":" + controller.socket().getLocalPort();
    }

    /** Hands Kafka the socket it would have opened; from then on Kafka closes it. */
    @Override
    public ServerSocketChannel openServerSocket(
            String listener, InetSocketAddress address, int backlog, int receiveBufferBytes) throws IOException {
        ServerSocketChannel channel = listener.equals(CONTROLLER) ? controller : client;
        channel.configureBlocking(false);
        return channel;
    }

    /** Closes what Kafka has not. */
    @Override
    public void close() {
        close(client);
        close(controller);
    }

    private static ServerSocketChannel listen(int port) {
        try {
            ServerSocketChannel channel = ServerSocketChannel.open();
            try {
                return channel.bind(new InetSocketAddress(InetAddress.getByAddress(ADDRESS), port));
            } catch (IOException e) {
                close(channel);
                throw e;
            }
        } catch (IOException e) {
            String which = port == 0 ? "a free port" : "port " + port;
            throw new EmbeddedKafkaException("cannot listen on " + which + " of " + HOST + ": " + e.getMessage(), e);
        }
    }

    private static void close(ServerSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // nothing was written to a listening socket, so nothing is lost
        }
    }
}
