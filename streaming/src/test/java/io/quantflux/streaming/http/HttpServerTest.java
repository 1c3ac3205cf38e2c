// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.quantflux.streaming.kafka.StreamStatus;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;

class HttpServerTest {
    private volatile StreamStatus status = status(false, List.of("restoring 3 partitions"));
    private final HttpServer server = HttpServer.start("127.0.0.1", 0, List.of(new HealthRoutes(() -> status)));

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void readyzFollowsTheStreamAndGivesReasons() throws Exception {
        HttpResponse<String> before = get("/readyz");
        assertThat(before.statusCode()).isEqualTo(503);
        assertThat(before.body()).contains("\"reasons\":[\"restoring 3 partitions\"]");

        status = status(true, List.of());
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void livezDoesNotDependOnTheStream() throws Exception {
        assertThat(get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void otherPathsAreNotFound() throws Exception {
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    @Timeout(20)
    void anAnswerWithoutAnEndEndsWithTheServer() throws Exception {
        ByteBuf news = Unpooled.copiedBuffer("data: 1\n\n", StandardCharsets.US_ASCII);
        HttpServer endless = HttpServer.start(
                "127.0.0.1",
                0,
                List.of(routes -> routes.get("/news", (request, response) -> response.sse()
                        .send(Flux.just(news).concatWith(Flux.never()), any -> true))));
        URI address = URI.create(endless.address());
        try (Socket viewer = new Socket(address.getHost(), address.getPort())) {
            viewer.getOutputStream()
                    .write("GET /news HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(viewer.getInputStream().read()).isPositive();
            endless.close();
            viewer.getInputStream().readAllBytes(); // returns
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.address() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static StreamStatus status(boolean ready, List<String> reasons) {
        return new StreamStatus(ready, reasons, List.of(), 0, 0, 0, 0, 0, 0, 0, Map.of(), Map.of(), 0);
    }
}
