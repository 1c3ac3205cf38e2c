// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quantflux.avro.SourcePosition;
import io.quantflux.avro.TensorEvent;
import io.quantflux.avro.TensorEvent.Kind;
import io.quantflux.streaming.shard.Emission;
import io.quantflux.streaming.view.RefusedInput;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class EventLogTest {
    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Logger logger = context.getLogger(EventLog.class);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
    private final EventLog log = new EventLog("activations");

    @BeforeEach
    void listen() {
        appender.setContext(context);
        appender.setEncoder(LogFormat.json(context));
        appender.setOutputStream(out);
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(appender);
        appender.stop();
    }

    @Test
    void anEventIsOneJsonObjectWithTensorStepAndPlaceAsFields() throws Exception {
        log.event("run/x", new TensorEvent(Kind.NON_FINITE, 7L, null, null, "2 NaN", new SourcePosition(3, 42)));
        List<JsonNode> lines = lines();
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0).path("level").asText()).isEqualTo("WARN");
        assertThat(lines.get(0).path("formattedMessage").asText()).isEqualTo("2 NaN");
        assertThat(fields(lines.get(0)))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("event", "non_finite", "tensor", "run/x", "source", "activations-3@42", "step", "7"));
    }

    @Test
    void aCommandsOutcomeNamesTheCommandAndNoPlaceItDoesNotHave() throws Exception {
        log.event(
                "run/x", new TensorEvent(Kind.COMMAND_APPLIED, null, "c1", "ada", "reset", new SourcePosition(0, -1)));
        assertThat(fields(lines().get(0)))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("event", "command_applied", "tensor", "run/x", "command", "c1"));
    }

    @Test
    void aThousandDeadLettersAreTenLines() throws Exception {
        for (int offset = 0; offset < 1000; offset++) {
            log.refused(new RefusedInput(
                    "activations",
                    1,
                    offset,
                    10,
                    new Emission.DeadLetter(Emission.Reason.DECODE, "decode", "no record")));
        }
        List<JsonNode> lines = lines();
        assertThat(lines).hasSize(10);
        assertThat(fields(lines.get(9)))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("event", "dead_letter", "reason", "decode", "source", "activations-1@9"));
    }

    private List<JsonNode> lines() throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    private static Map<String, String> fields(JsonNode line) {
        Map<String, String> fields = new TreeMap<>();
        line.path("kvpList").forEach(pair -> pair.properties()
                .forEach(field -> fields.put(field.getKey(), field.getValue().asText())));
        return fields;
    }
}
