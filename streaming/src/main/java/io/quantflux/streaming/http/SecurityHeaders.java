// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.http;

import reactor.netty.http.server.HttpServerResponse;

/** What tells a browser to run nothing but the page's own files, and to let no other page embed or read it. */
final class SecurityHeaders {
    private static final String POLICY =
            "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private SecurityHeaders() {}

    static void on(HttpServerResponse response) {
        response.header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("X-Frame-Options", "DENY")
                .header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin");
    }
}
