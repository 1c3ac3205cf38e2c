// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.log;

import io.quantflux.avro.SourcePosition;
import io.quantflux.avro.TensorEvent;
import io.quantflux.streaming.view.CalibrationListener;
import io.quantflux.streaming.view.RefusedInput;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A line for each event and dead letter, with tensor, step and {@code topic-partition@offset} as fields; of each kind at
 * most ten within ten seconds. Records that go well leave none.
 */
public final class EventLog implements CalibrationListener {
    private static final Logger log = LoggerFactory.getLogger(EventLog.class);
    private static final int LINES = 10;
    private static final Duration WINDOW = Duration.ofSeconds(10);

    private final String activations;
    private final LogBudget budget = new LogBudget(LINES, WINDOW, System::nanoTime);

    /** @param activations name of the topic that events come from */
    public EventLog(String activations) {
        this.activations = activations;
    }

    @Override
    public void event(String key, TensorEvent event) {
        settle();
        String kind = event.kind().name().toLowerCase(Locale.ROOT);
        if (!budget.allows(kind)) {
            return;
        }
        LoggingEventBuilder line = kind.startsWith("command_") ? log.atInfo() : log.atWarn();
        line = line.addKeyValue("event", kind).addKeyValue("tensor", key);
        SourcePosition source = event.source();
        if (source.offset() >= 0) {
            line = line.addKeyValue("source", activations + "-" + source.partition() + "@" + source.offset());
        }
        if (event.step() != null) {
            line = line.addKeyValue("step", event.step());
        }
        if (event.commandId() != null) {
            line = line.addKeyValue("command", event.commandId());
        }
        line.log(event.detail());
    }

    @Override
    public void refused(RefusedInput input) {
        settle();
        String reason = input.why().reason().name().toLowerCase(Locale.ROOT);
        if (budget.allows("dead letters " + reason)) {
            log.atWarn()
                    .addKeyValue("event", "dead_letter")
                    .addKeyValue("reason", reason)
                    .addKeyValue("source", input.topic() + "-" + input.partition() + "@" + input.offset())
                    .log(input.why().message());
        }
    }

    @Override
    public void committed(long nanos) {
        settle();
    }

    private void settle() {
        budget.settle((kind, count) ->
                log.atWarn().addKeyValue("left_out", count).log("further lines on {} were left out", kind));
    }
}
