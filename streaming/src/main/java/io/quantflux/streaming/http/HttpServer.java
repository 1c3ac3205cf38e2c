// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.http;

import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.quantflux.streaming.kafka.StartupException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;

/** The processor's HTTP server: one address, and the routes of whoever has something to answer there. */
public final class HttpServer implements AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Duration REQUEST = Duration.ofSeconds(20);
    private static final int MAX_LINE = 4096;
    private static final int MAX_HEADERS = 16 << 10;

    static { // else Netty's buffers start Java's flight recorder, a twentieth of a start, for events of their own
        System.getProperties().putIfAbsent("io.netty.jfr.enabled", "false");
    }

    private final DisposableServer server;
    private final ChannelGroup connections;

    private HttpServer(DisposableServer server, ChannelGroup connections) {
        this.server = server;
        this.connections = connections;
    }

    /** @throws StartupException if it cannot listen there, for example because the port is taken */
    public static HttpServer start(String host, int port, List<HttpRoutes> contributors) {
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        try {
            DisposableServer server = reactor.netty.http.server.HttpServer.create()
                    .host(host)
                    .port(port)
                    .idleTimeout(IDLE)
                    .requestTimeout(REQUEST)
                    .httpRequestDecoder(
                            limits -> limits.maxInitialLineLength(MAX_LINE).maxHeaderSize(MAX_HEADERS))
                    .doOnConnection(connection -> connections.add(connection.channel()))
                    .route(routes -> contributors.forEach(contributor -> contributor.register(routes)))
                    .bindNow(Duration.ofSeconds(10));
            return new HttpServer(server, connections);
        } catch (ChannelBindException e) {
            throw new StartupException(
                    "cannot listen on " + host + ":" + port + ": " + why(e) + "; choose another with --port");
        } catch (UnresolvedAddressException | IllegalStateException e) { // a name nobody knows; no answer in time
            throw new StartupException("cannot listen on " + host + ":" + port + ": " + e);
        }
    }

    private static String why(ChannelBindException e) {
        Throwable cause = e.getCause();
        return cause == null || cause.getMessage() == null ? "the address is in use" : cause.getMessage();
    }

    public String address() {
        return "http://" + server.host() + ":" + server.port();
    }

    /** Ends what is still being sent, too: a viewer's news have no end of their own. */
    @Override
    public void close() {
        server.disposeNow(CLOSE);
        connections.close().awaitUninterruptibly(CLOSE.toMillis());
    }
}
