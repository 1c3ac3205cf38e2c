// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quantflux.streaming.kafka.StartupException;
import io.quantflux.streaming.kafka.StreamStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HttpServerTest {
    private static final StreamStatus READY =
            new StreamStatus(true, List.of(), 3, 7, 100, 4096, 12, 5, 1, Map.of("DECODE", 2L));
    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<String> get(HttpServer server, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(server.address() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void readinessFollowsTheStreamAndLivenessDoesNot() throws Exception {
        AtomicReference<StreamStatus> status = new AtomicReference<>(StreamStatus.STARTING);
        try (HttpServer server = HttpServer.start("127.0.0.1", 0, status::get)) {
            assertThat(get(server, "/livez").statusCode()).isEqualTo(200);
            HttpResponse<String> starting = get(server, "/readyz");
            assertThat(starting.statusCode()).isEqualTo(503);
            assertThat(starting.body()).contains("\"status\":\"not ready\"").contains("\"reasons\":[\"starting\"]");

            status.set(READY);
            HttpResponse<String> ready = get(server, "/readyz");
            assertThat(ready.statusCode()).isEqualTo(200);
            assertThat(ready.body()).contains("\"status\":\"ready\"").contains("\"reasons\":[]");
            assertThat(get(server, "/livez").body()).isEqualTo("{\"status\":\"live\"}");
        }
    }

    @Test
    void theStatusIsJson() throws Exception {
        try (HttpServer server = HttpServer.start("127.0.0.1", 0, () -> READY)) {
            HttpResponse<String> response = get(server, "/api/status");
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("content-type")).hasValue("application/json; charset=utf-8");
            assertThat(response.headers().firstValue("x-content-type-options")).hasValue("nosniff");
            assertThat(response.body())
                    .contains("\"partitions\":3", "\"tensors\":7", "\"inflightBytes\":12", "\"DECODE\":2");
        }
    }

    @Test
    void anythingElseIsNotFound() throws Exception {
        try (HttpServer server = HttpServer.start("127.0.0.1", 0, () -> READY)) {
            assertThat(get(server, "/").statusCode()).isEqualTo(404);
            assertThat(get(server, "/api/../etc/passwd").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aPortInUseOrAnAddressThatIsNotOursIsOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            refused("127.0.0.1", port, "cannot listen on 127.0.0.1:" + port + ": ");
        }
        refused("203.0.113.1", 0, "cannot listen on 203.0.113.1:0: ");
        refused("nobody.invalid", 0, "cannot listen on nobody.invalid:0: ");
    }

    private static void refused(String host, int port, String message) {
        assertThatExceptionOfType(StartupException.class)
                .isThrownBy(() -> HttpServer.start(host, port, () -> READY))
                .withMessageStartingWith(message)
                .withMessageNotContaining("\n");
    }
}
