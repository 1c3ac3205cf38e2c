// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/** Answers in JSON. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    /** Sends {@code body}, a record, map or list, with the status the response has. */
    public static Publisher<Void> send(HttpServerResponse response, Object body) {
        try {
            response.header(HttpHeaderNames.CONTENT_TYPE, "application/json; charset=utf-8");
            response.header("X-Content-Type-Options", "nosniff");
            return response.sendString(Mono.just(MAPPER.writeValueAsString(body)));
        } catch (JsonProcessingException e) {
            return response.status(HttpResponseStatus.INTERNAL_SERVER_ERROR).send();
        }
    }
}
