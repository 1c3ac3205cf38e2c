// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quantflux.avro.TensorState;
import io.quantflux.avro.TensorState.Session;
import io.quantflux.engine.CalibrationOperator;
import io.quantflux.engine.Components;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.NonFinitePolicy;
import io.quantflux.spec.QatSchedule;
import io.quantflux.spec.QuantizationSpec;
import io.quantflux.spec.QuantizationTarget;
import io.quantflux.spec.Switches;
import io.quantflux.spec.control.Action;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Sessions, schedules and manual switches are those that the reference itself went through")
class ReferenceSessionsTest {
    private static final Map<String, Action> ACTIONS = Map.of(
            "training_start", new Action.SetTraining(true),
            "training_stop", new Action.SetTraining(false),
            "calibration_start", new Action.SetCalibration(true),
            "calibration_stop", new Action.SetCalibration(false),
            "enable_observer", new Action.SetObserver(true),
            "disable_observer", new Action.SetObserver(false),
            "enable_fake_quant", new Action.SetFakeQuant(true),
            "disable_fake_quant", new Action.SetFakeQuant(false));

    private final CommandRules rules =
            new CommandRules(new CalibrationOperator(Components.standard(), NonFinitePolicy.QUARANTINE));

    static Stream<JsonNode> traces() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(ReferenceSessionsTest.class.getResourceAsStream("sessions.json"))) {
            return StreamSupport.stream(
                    new ObjectMapper().readTree(in).get("traces").spliterator(), false);
        }
    }

    @ParameterizedTest
    @MethodSource("traces")
    void afterEveryOperation(JsonNode trace) {
        for (QuantizationTarget target : List.of(QuantizationTarget.ACTIVATION, QuantizationTarget.WEIGHT)) {
            String key = target.name().toLowerCase(Locale.ROOT);
            TensorState tensor = new TensorState(
                    CalibrationState.initial(QuantizationSpec.DEFAULT, target)
                            .with(switches(trace.get("start").get(key))),
                    -1,
                    -1,
                    0,
                    schedule(trace.get("schedule")),
                    Session.NONE,
                    List.of());
            long step = 0;
            for (JsonNode operation : trace.get("operations")) {
                String name = operation.get("op").asText();
                boolean refused = operation.get("refused").asBoolean();
                switch (name) {
                    case "step" -> {
                        assertThat(tensor.session() != Session.TRAINING).isEqualTo(refused);
                        step += refused ? 0 : 1;
                    }
                    case "forward" -> {
                        assertThat(operation.get("step").asLong()).isEqualTo(step);
                        tensor = CommandRules.followSchedule(tensor, step);
                    }
                    default -> {
                        CommandRules.Verdict verdict =
                                rules.apply(tensor, Objects.requireNonNull(ACTIONS.get(name), name));
                        assertThat(verdict.refusal() != null)
                                .as("%s refused", operation)
                                .isEqualTo(refused);
                        tensor = verdict.state();
                    }
                }
                assertThat(CommandRules.followSchedule(tensor, step)
                                .calibration()
                                .switches())
                        .as("%s after %s at step %d", key, operation, step)
                        .isEqualTo(switches(operation.get(key)));
            }
        }
    }

    private static Switches switches(JsonNode observerAndFakeQuant) {
        return new Switches(
                observerAndFakeQuant.get(0).asBoolean(),
                observerAndFakeQuant.get(1).asBoolean(),
                false,
                false);
    }

    private static @Nullable QatSchedule schedule(JsonNode fields) {
        if (fields.isNull()) {
            return null;
        }
        JsonNode stop = fields.get("disable_observer");
        return new QatSchedule(
                fields.get("enable_observer").asLong(),
                fields.get("enable_fake_quant").asLong(),
                stop.isNull() ? null : (Long) stop.asLong());
    }
}
