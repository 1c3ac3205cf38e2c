// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.dashboard;

import io.quantflux.avro.TensorEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The newest control commands and what came of them, as the stream reported it. */
final class AuditLog {
    static final int MAX_COMMANDS = 200;
    private static final String MALFORMED = "malformed";

    private final Map<String, Line> lines = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Line> eldest) {
            return size() > MAX_COMMANDS;
        }
    };
    private long version;
    private long malformed;

    /**
     * A command and its outcome so far.
     *
     * @param selector which tensors it is for; {@code null} until its acceptance has been seen, which one instance of all
     *     reports
     * @param action what it asks for, as the stream put it
     * @param applied tensors it changed
     * @param refused tensors, or the command as a whole, that refused it
     * @param step training step it took effect at; {@code null} if at once or not yet
     * @param refusal why, the newest reason
     */
    record Line(
            String id,
            @Nullable String actor,
            @Nullable String selector,
            String action,
            long seenMillis,
            int applied,
            int refused,
            @Nullable Long step,
            @Nullable String refusal) {}

    /** Takes note of an event, if it is about a command. */
    synchronized void note(String key, TensorEvent event, long nowMillis) {
        switch (event.kind()) {
            case COMMAND_ACCEPTED, COMMAND_APPLIED, COMMAND_REJECTED ->
                lines.merge(
                        event.commandId() == null ? MALFORMED + " " + ++malformed : event.commandId(),
                        first(key, event, nowMillis),
                        AuditLog::then);
            default -> {
                return;
            }
        }
        version++;
    }

    private static Line first(String key, TensorEvent event, long nowMillis) {
        boolean accepted = event.kind() == TensorEvent.Kind.COMMAND_ACCEPTED;
        boolean applied = event.kind() == TensorEvent.Kind.COMMAND_APPLIED;
        boolean refused = !accepted && !applied;
        return new Line(
                event.commandId() == null ? MALFORMED : event.commandId(),
                event.actor(),
                accepted ? key : null,
                refused ? "" : event.detail(),
                nowMillis,
                applied ? 1 : 0,
                refused ? 1 : 0,
                event.step(),
                refused ? event.detail() : null);
    }

    private static Line then(Line known, Line now) {
        return new Line(
                known.id,
                known.actor,
                now.selector == null ? known.selector : now.selector,
                now.selector != null || known.action.isEmpty() ? now.action : known.action,
                known.seenMillis,
                known.applied + now.applied,
                known.refused + now.refused,
                now.step == null ? known.step : now.step,
                now.refusal == null ? known.refusal : now.refusal);
    }

    /** Newest first. */
    synchronized List<Line> lines() {
        List<Line> all = new ArrayList<>(lines.values());
        Collections.reverse(all);
        return all;
    }

    /** Rises with each change. */
    synchronized long version() {
        return version;
    }
}
