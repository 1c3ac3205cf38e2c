// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.quantflux.streaming.kafka.StreamStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/**
 * Health for people and orchestrators: {@code /livez} says that the process answers and never depends on Kafka,
 * {@code /readyz} says whether records flow and why not, {@code /api/status} has the stream's figures.
 */
public final class HealthRoutes implements HttpRoutes {
    private final Supplier<StreamStatus> status;

    public HealthRoutes(Supplier<StreamStatus> status) {
        this.status = status;
    }

    @Override
    public void register(HttpServerRoutes routes) {
        routes.get("/livez", (request, response) -> Json.send(response, Map.of("status", "live")))
                .get("/readyz", (request, response) -> readiness(response, status.get()))
                .get("/api/status", (request, response) -> Json.send(response, status.get()));
    }

    private static Publisher<Void> readiness(HttpServerResponse response, StreamStatus status) {
        if (!status.ready()) {
            response.status(HttpResponseStatus.SERVICE_UNAVAILABLE);
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", status.ready() ? "ready" : "not ready");
        body.put("reasons", status.notReadyBecause());
        body.put("notes", status.notes());
        return Json.send(response, body);
    }
}
