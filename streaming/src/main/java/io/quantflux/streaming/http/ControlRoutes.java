// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.quantflux.spec.InvalidSpecException;
import io.quantflux.spec.control.ControlCommand;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/**
 * Commands over HTTP, for those who have the token: {@code POST /api/control}, a {@link ControlRequest} as JSON. It answers
 * 202 with the command's id once the control topic has it; what comes of it, the events tell. {@code GET} says whether the
 * token is right. Without a configured token both answer 403: read-only.
 */
public final class ControlRoutes implements HttpRoutes {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final int MAX_BODY = 16 << 10;
    /** Guessing tokens is to take long. */
    private static final Duration WRONG_TOKEN = Duration.ofMillis(500);

    private static final Duration BODY = Duration.ofSeconds(10);

    private final RequestGuard guard;
    private final @Nullable ControlToken token;
    private final Function<ControlCommand, CompletableFuture<Long>> sender;

    /**
     * @param token {@code null} to refuse all commands
     * @param sender puts a command on the control topic and completes with its offset there
     */
    public ControlRoutes(
            RequestGuard guard,
            @Nullable ControlToken token,
            Function<ControlCommand, CompletableFuture<Long>> sender) {
        this.guard = guard;
        this.token = token;
        this.sender = sender;
    }

    @Override
    public void register(HttpServerRoutes routes) {
        routes.get(
                        "/api/control",
                        (request, response) ->
                                admitted(request, response, () -> Json.send(response, Map.of("control", true))))
                .post(
                        "/api/control",
                        (request, response) -> admitted(request, response, () -> post(request, response)));
    }

    private interface Admitted {
        Publisher<Void> then();
    }

    private Publisher<Void> admitted(HttpServerRequest request, HttpServerResponse response, Admitted next) {
        SecurityHeaders.on(response);
        response.header(HttpHeaderNames.CACHE_CONTROL, "no-store");
        String refusal = guard.refusal(request);
        if (refusal != null) {
            return Problem.send(response, HttpResponseStatus.FORBIDDEN, refusal);
        }
        if (token == null) {
            return Problem.send(
                    response, HttpResponseStatus.FORBIDDEN, "read-only: no http.control.token.file is configured");
        }
        if (!token.isIn(request.requestHeaders().get(HttpHeaderNames.AUTHORIZATION))) {
            response.header(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
            return Mono.delay(WRONG_TOKEN)
                    .then(Mono.defer(() -> Mono.from(Problem.send(
                            response, HttpResponseStatus.UNAUTHORIZED, "the control token is not right"))));
        }
        return next.then();
    }

    private Publisher<Void> post(HttpServerRequest request, HttpServerResponse response) {
        String type = request.requestHeaders().get(HttpHeaderNames.CONTENT_TYPE);
        if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
            return Problem.send(
                    response, HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE, "content-type must be application/json");
        }
        return request.receive()
                .asByteArray()
                .timeout(BODY)
                .reduceWith(ByteArrayOutputStream::new, (all, part) -> {
                    if (all.size() + part.length > MAX_BODY) {
                        throw new TooLargeException();
                    }
                    all.writeBytes(part);
                    return all;
                })
                .flatMap(all -> send(response, all.toByteArray()))
                .onErrorResume(
                        TooLargeException.class,
                        e -> Mono.from(Problem.send(
                                response,
                                HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                                "a command has at most " + MAX_BODY + " bytes")));
    }

    private Mono<Void> send(HttpServerResponse response, byte[] body) {
        return Mono.fromCallable(
                        () -> MAPPER.readValue(body, ControlRequest.class).command())
                .subscribeOn(
                        Schedulers.boundedElastic()) // an id of its own takes random bytes, which may have to be waited
                // for
                .flatMap(command -> publish(response, command))
                .onErrorResume(
                        InvalidSpecException.class,
                        e -> Mono.from(
                                Problem.send(response, HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage()))))
                .onErrorResume(
                        JsonProcessingException.class,
                        e -> Mono.from(Problem.send(
                                response,
                                HttpResponseStatus.BAD_REQUEST,
                                "not a command in JSON: " + e.getOriginalMessage())));
    }

    private Mono<Void> publish(HttpServerResponse response, ControlCommand command) {
        return Mono.fromFuture(() -> sender.apply(command))
                .flatMap(offset ->
                        Mono.from(Json.send(response.status(HttpResponseStatus.ACCEPTED), accepted(command, offset))))
                .onErrorResume(e -> Mono.from(Problem.send(
                        response,
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        "the control topic did not take it: " + e.getMessage())));
    }

    private static Map<String, Object> accepted(ControlCommand command, long offset) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("id", command.id());
        answer.put("offset", offset);
        return answer;
    }

    private static final class TooLargeException extends RuntimeException {}
}
