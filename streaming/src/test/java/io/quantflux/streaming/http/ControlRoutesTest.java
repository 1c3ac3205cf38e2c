// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.control.Selector;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlRoutesTest {
    private static final String TOKEN = "sixteen-or-more-characters";
    private static final String FREEZE =
            "{\"actor\":\"ada\",\"selector\":\"run/*\",\"action\":\"set_export_mode\",\"enabled\":true,\"effective_step\":7}";

    private final List<ControlCommand> sent = new ArrayList<>();
    private final HttpServer server = start(ControlToken.of(TOKEN));
    private final HttpServer readOnly = start(null);
    private final HttpClient client = HttpClient.newHttpClient();

    private HttpServer start(@Nullable ControlToken token) {
        RequestGuard guard = new RequestGuard(List.of("quantflux.example"));
        return HttpServer.start("127.0.0.1", 0, List.of(new ControlRoutes(guard, token, command -> {
            sent.add(command);
            return CompletableFuture.completedFuture(41L);
        })));
    }

    @AfterEach
    void stop() {
        server.close();
        readOnly.close();
    }

    @Test
    void aCommandWithTheTokenGoesToTheControlTopic() throws Exception {
        HttpResponse<String> answer = post(server, FREEZE, "Bearer " + TOKEN, "application/json", null);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(sent).singleElement().satisfies(command -> {
            assertThat(answer.body()).isEqualTo("{\"id\":\"" + command.id() + "\",\"offset\":41}");
            assertThat(command.actor()).isEqualTo("ada");
            assertThat(command.selector()).isEqualTo(Selector.of("run/*"));
            assertThat(command.action()).isEqualTo(new Action.SetExportMode(true));
            assertThat(command.effectiveStep()).isEqualTo(7);
        });
    }

    @ParameterizedTest(name = "{0}, {1}: {2}")
    @CsvSource({
        "Bearer wrong-token-wrong-token, application/json, 401, the control token is not right",
        "Basic c2l4dGVlbi1vci1tb3Jl, application/json, 401, the control token is not right",
        ", application/json, 401, the control token is not right",
        "Bearer sixteen-or-more-characters, text/plain, 415, content-type must be application/json",
    })
    void withoutTheTokenOrAsAnythingButJsonItIsRefused(String authorization, String type, int status, String why)
            throws Exception {
        HttpResponse<String> answer = post(server, FREEZE, authorization, type, null);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains(why);
        assertThat(sent).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "reset!|not a command in JSON",
                "{\"actor\":\"a\",\"selector\":\"*\",\"action\":\"reset\",\"when\":3}|Unrecognized field",
                "{\"actor\":\"a\",\"selector\":\"*\",\"action\":\"explode\"}|must be one of set_export_mode",
                "{\"actor\":\"a\",\"selector\":\"*\",\"action\":\"set_observer\"}|enabled was null but must be true or false",
                "{\"selector\":\"*\",\"action\":\"reset\"}|actor was null but must be given",
                "{\"actor\":\"a\",\"selector\":\"regex:(\",\"action\":\"reset\"}|selector",
                "{\"actor\":\"a\",\"selector\":\"*\",\"action\":\"reset\",\"effective_step\":-1}|effective_step was -1",
            })
    void whatIsNoCommandIsRefusedWithItsReason(String body, String why) throws Exception {
        HttpResponse<String> answer = post(server, body, "Bearer " + TOKEN, "application/json", null);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(why);
        assertThat(sent).isEmpty();
    }

    @Test
    void aLongBodyIsNotReadToItsEnd() throws Exception {
        HttpResponse<String> answer =
                post(server, " ".repeat(20_000) + FREEZE, "Bearer " + TOKEN, "application/json", null);
        assertThat(answer.statusCode()).isEqualTo(413);
    }

    @Test
    void withoutAConfiguredTokenEveryCommandIsRefused() throws Exception {
        HttpResponse<String> answer = post(readOnly, FREEZE, "Bearer " + TOKEN, "application/json", null);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("read-only: no http.control.token.file is configured");
        assertThat(sent).isEmpty();
    }

    @Test
    void aPageFromElsewhereMayNotPost() throws Exception {
        HttpResponse<String> answer =
                post(server, FREEZE, "Bearer " + TOKEN, "application/json", "https://elsewhere.example");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("origin https://elsewhere.example is not this server");
        assertThat(sent).isEmpty();
    }

    @ParameterizedTest(name = "Host: {0}")
    @CsvSource({
        "attacker.example, 403",
        "localhost:99, 401",
        "[::1]:8642, 401",
        "10.1.2.3, 401",
        "QuantFlux.example:1, 401",
        "localhost.attacker.example, 403"
    })
    void namesThatAreNotItsOwnAreRefused(String host, int status) throws Exception {
        URI address = URI.create(server.address());
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream()
                    .write(("GET /api/control HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 " + status);
        }
    }

    private HttpResponse<String> post(
            HttpServer to, String body, @Nullable String authorization, String type, @Nullable String origin)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(to.address() + "/api/control"))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        if (origin != null) {
            request.header("Origin", origin);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
