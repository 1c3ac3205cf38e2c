// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quantflux.spec.TensorId;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the dashboard's viewers can do to the stream: nothing. */
class DashboardStreamIT {
    private static final List<TensorId> IDS =
            IntStream.range(0, 200).mapToObj(i -> new TensorId("run/layer" + i)).toList();

    @Test
    void viewersThatNeverReadHoldNeitherTheStreamNorMoreThanTheirPlace() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of("http.port", 0))) {
            URI address = URI.create(processor.httpAddress().orElseThrow());
            List<Socket> viewers = new ArrayList<>();
            try {
                for (int i = 0; i < 64; i++) {
                    Socket viewer = new Socket(address.getHost(), address.getPort());
                    viewers.add(viewer);
                    viewer.getOutputStream()
                            .write(("GET /api/events?limit=200&watch=run/layer" + i
                                            + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
                    viewer.getInputStream().read(); // it is served; from here on it takes nothing more
                }
                HttpResponse<String> oneTooMany = get(address.resolve("/api/events"));
                assertThat(oneTooMany.statusCode()).isEqualTo(503);

                Oracle oracle = new Oracle(cluster);
                oracle.feed(IDS, 0, 10);
                oracle.verify();
                assertThat(processor.status().restarts()).isZero();
            } finally {
                for (Socket viewer : viewers) {
                    viewer.close();
                }
            }
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                try (Socket again = new Socket(address.getHost(), address.getPort())) {
                    again.getOutputStream()
                            .write("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                    byte[] start = again.getInputStream().readNBytes(12);
                    assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
                }
            });
        }
    }

    @Test
    void theApiAnswersInWindowsAndRefusesWhatItDoesNotUnderstand() throws Exception {
        try (TestCluster cluster = TestCluster.withTopics();
                Processor processor = cluster.start(Map.of("http.port", 0))) {
            URI address = URI.create(processor.httpAddress().orElseThrow());
            Oracle oracle = new Oracle(cluster);
            oracle.feed(IDS, 0, 2);
            oracle.awaitOutputs();
            HttpResponse<String> window =
                    get(address.resolve("/api/tensors?search=LAYER19&sort=name&offset=1&limit=2"));
            assertThat(window.body())
                    .startsWith("{\"total\":200,\"matching\":11,\"offset\":1,\"rows\":[{\"id\":\"run/layer190\"")
                    .contains("run/layer191")
                    .doesNotContain("run/layer192");
            assertThat(window.headers().firstValue("Content-Security-Policy"))
                    .hasValueSatisfying(
                            policy -> assertThat(policy).contains("default-src 'self'", "frame-ancestors 'none'"));
            assertThat(window.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
            assertThat(get(address.resolve("/api/tensors/run/layer7")).body()).startsWith("{\"id\":\"run/layer7\"");
            assertThat(get(address.resolve("/api/tensors/run%2Flayer7")).body()).startsWith("{\"id\":\"run/layer7\"");
            assertThat(get(address.resolve("/api/tensors/run/none")).statusCode())
                    .isEqualTo(404);
            HttpResponse<String> wrong = get(address.resolve("/api/tensors?sort=colour"));
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body()).contains("sort was colour but must be one of sqnr, clipped");
            assertThat(get(address.resolve("/api/tensors?limit=1000")).statusCode())
                    .isEqualTo(400);
        }
    }

    private static HttpResponse<String> get(URI uri) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
