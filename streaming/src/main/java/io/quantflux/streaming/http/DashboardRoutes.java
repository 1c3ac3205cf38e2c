// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.TensorId;
import io.quantflux.streaming.dashboard.Dashboard;
import io.quantflux.streaming.dashboard.ListQuery;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/**
 * The page and what it reads: {@code GET /api/tensors}, {@code /api/tensors/<id>}, and news as server-sent events from
 * {@code /api/events}. Nothing here changes anything.
 */
public final class DashboardRoutes implements HttpRoutes {
    static final int MAX_VIEWERS = 64;
    private static final String TENSOR = "/api/tensors/";
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.UTF_8);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.UTF_8);
    /** A viewer that takes nothing for so long is gone. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Dashboard dashboard;
    private final RequestGuard guard;
    private final StaticFiles files = new StaticFiles();
    private final AtomicInteger viewers = new AtomicInteger();

    public DashboardRoutes(Dashboard dashboard, RequestGuard guard) {
        this.dashboard = dashboard;
        this.guard = guard;
    }

    @Override
    public void register(HttpServerRoutes routes) {
        routes.get("/api/tensors", (request, response) -> guarded(request, response, this::list))
                .get("/api/events", (request, response) -> guarded(request, response, this::events))
                .route(
                        request -> request.method().equals(HttpMethod.GET)
                                && path(request).startsWith(TENSOR),
                        (request, response) -> guarded(request, response, this::tensor))
                .route(
                        request -> request.method().equals(HttpMethod.GET) && files.get(path(request)) != null,
                        (request, response) -> guarded(request, response, this::file));
    }

    private interface Handler {
        Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response);
    }

    private Publisher<Void> guarded(HttpServerRequest request, HttpServerResponse response, Handler handler) {
        SecurityHeaders.on(response);
        String refusal = guard.refusal(request);
        if (refusal != null) {
            return Problem.send(response, HttpResponseStatus.FORBIDDEN, refusal);
        }
        try {
            return handler.handle(request, response);
        } catch (InvalidSpecException e) {
            return Problem.send(response, HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private static String path(HttpServerRequest request) {
        return new QueryStringDecoder(request.uri()).path();
    }

    private static Map<String, String> parameters(HttpServerRequest request) {
        Map<String, String> first = new HashMap<>();
        new QueryStringDecoder(request.uri()).parameters().forEach((name, values) -> first.put(name, values.get(0)));
        return first;
    }

    private Publisher<Void> file(HttpServerRequest request, HttpServerResponse response) {
        StaticFiles.StaticFile file = files.get(path(request));
        if (file == null) {
            return response.sendNotFound();
        }
        response.header(HttpHeaderNames.ETAG, file.tag());
        response.header(HttpHeaderNames.CACHE_CONTROL, "no-cache"); // ask each time, and mostly hear: not modified
        if (file.tag().equals(request.requestHeaders().get(HttpHeaderNames.IF_NONE_MATCH))) {
            return response.status(HttpResponseStatus.NOT_MODIFIED).send();
        }
        response.header(HttpHeaderNames.CONTENT_TYPE, file.type());
        return response.sendByteArray(Mono.just(file.content()));
    }

    private Publisher<Void> list(HttpServerRequest request, HttpServerResponse response) {
        return json(response, dashboard.list(ListQuery.of(parameters(request))));
    }

    private Publisher<Void> tensor(HttpServerRequest request, HttpServerResponse response) {
        String id = path(request).substring(TENSOR.length());
        return dashboard
                .tensor(new TensorId(id))
                .<Publisher<Void>>map(body -> json(response, body))
                .orElseGet(() -> Problem.send(response, HttpResponseStatus.NOT_FOUND, "no tensor " + id + " here"));
    }

    private static Publisher<Void> json(HttpServerResponse response, byte[] body) {
        response.header(HttpHeaderNames.CONTENT_TYPE, "application/json; charset=utf-8");
        response.header(HttpHeaderNames.CACHE_CONTROL, "no-store");
        return response.sendByteArray(Mono.just(body));
    }

    private Publisher<Void> events(HttpServerRequest request, HttpServerResponse response) {
        Map<String, String> parameters = parameters(request);
        ListQuery query = ListQuery.of(parameters);
        String watch = parameters.getOrDefault("watch", "");
        @Nullable TensorId watched = watch.isEmpty() ? null : new TensorId(watch);
        if (viewers.incrementAndGet() > MAX_VIEWERS) {
            viewers.decrementAndGet();
            response.header(HttpHeaderNames.RETRY_AFTER, "10");
            return Problem.send(
                    response, HttpResponseStatus.SERVICE_UNAVAILABLE, MAX_VIEWERS + " viewers look on already");
        }
        response.sse().header(HttpHeaderNames.CACHE_CONTROL, "no-store");
        // one message at a time, each written out before the next is made: what a slow viewer misses is never kept
        Flux<Void> sent = dashboard
                .live(query, watched)
                .concatMap(
                        news -> Mono.from(response.send(Flux.just(event(news)), buffer -> true))
                                .timeout(PATIENCE),
                        1);
        return sent.doFinally(signal -> viewers.decrementAndGet());
    }

    private static ByteBuf event(byte[] news) {
        return Unpooled.wrappedBuffer(DATA, news, END);
    }
}
