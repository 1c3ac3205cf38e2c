// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.quantflux.streaming.kafka.StartupException;
import io.quantflux.streaming.kafka.StreamStatus;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ChannelBindException;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Health for people and orchestrators, JSON: {@code /livez} says that the process answers and never depends on Kafka,
 * {@code /readyz} says whether records flow and why not, {@code /api/status} has the stream's figures.
 */
public final class HttpServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final DisposableServer server;

    private HttpServer(DisposableServer server) {
        this.server = server;
    }

    /** @throws StartupException if it cannot listen there, for example because the port is taken */
    public static HttpServer start(String host, int port, Supplier<StreamStatus> status) {
        try {
            DisposableServer server = reactor.netty.http.server.HttpServer.create()
                    .host(host)
                    .port(port)
                    .route(routes -> routes.get(
                                    "/livez", (request, response) -> json(response, Map.of("status", "live")))
                            .get("/readyz", (request, response) -> readiness(response, status.get()))
                            .get("/api/status", (request, response) -> json(response, status.get())))
                    .bindNow(Duration.ofSeconds(10));
            return new HttpServer(server);
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

    private static Publisher<Void> readiness(HttpServerResponse response, StreamStatus status) {
        if (!status.ready()) {
            response.status(HttpResponseStatus.SERVICE_UNAVAILABLE);
        }
        return json(
                response,
                Map.of("status", status.ready() ? "ready" : "not ready", "reasons", status.notReadyBecause()));
    }

    private static Publisher<Void> json(HttpServerResponse response, Object body) {
        try {
            response.header(HttpHeaderNames.CONTENT_TYPE, "application/json; charset=utf-8");
            response.header("X-Content-Type-Options", "nosniff");
            return response.sendString(Mono.just(JSON.writeValueAsString(body)));
        } catch (JsonProcessingException e) {
            return response.status(HttpResponseStatus.INTERNAL_SERVER_ERROR).send();
        }
    }

    @Override
    public void close() {
        server.disposeNow(CLOSE);
    }
}
