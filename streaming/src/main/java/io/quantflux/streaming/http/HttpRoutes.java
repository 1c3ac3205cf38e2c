// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.http;

import reactor.netty.http.server.HttpServerRoutes;

/** A part of what the HTTP server answers: adds its paths to the server's. Handlers run on event loops and must not block. */
@FunctionalInterface
public interface HttpRoutes {
    void register(HttpServerRoutes routes);
}
