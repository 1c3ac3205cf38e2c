// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRoutes;

/** {@code /metrics}, in the Prometheus text format. */
public final class MetricsRoutes implements HttpRoutes {
    private final Supplier<String> scrape;

    public MetricsRoutes(Supplier<String> scrape) {
        this.scrape = scrape;
    }

    @Override
    public void register(HttpServerRoutes routes) {
        routes.get("/metrics", (request, response) -> {
            response.header(HttpHeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
            response.header("X-Content-Type-Options", "nosniff");
            return response.sendString(Mono.fromSupplier(scrape).subscribeOn(Schedulers.boundedElastic()));
        });
    }
}
