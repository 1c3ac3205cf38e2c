// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import org.reactivestreams.Publisher;
import reactor.netty.http.server.HttpServerResponse;

/** A request that is refused: {@code {"error": "why"}}. */
final class Problem {
    private Problem() {}

    static Publisher<Void> send(HttpServerResponse response, HttpResponseStatus status, String why) {
        return Json.send(response.status(status), Map.of("error", why));
    }
}
