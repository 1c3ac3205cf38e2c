// SPDX-License-Identifier: Apache-2.0
package io.quantflux.streaming.shard;

import io.quantflux.avro.PendingCommand;
import io.quantflux.spec.control.Action;
import io.quantflux.spec.control.ControlCommand;
import io.quantflux.spec.json.SpecJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How many commands may wait for their step: they are part of the tensor's state, which has to fit a record. */
final class PendingLimits {
    private static final int MAX_COMMANDS = 1000;
    private static final int MAX_BYTES = 512 << 10;
    private static final int MAX_BYTES_PER_CHAR = 3;

    private PendingLimits() {}

    /** Why one more may not wait, or {@code null} if it may. */
    static @Nullable String refusal(List<PendingCommand> pending, ControlCommand next) {
        if (pending.size() >= MAX_COMMANDS) {
            return MAX_COMMANDS + " commands wait for their step already";
        }
        long bytes = bytes(next);
        for (PendingCommand each : pending) {
            bytes += bytes(each.command());
        }
        return bytes <= MAX_BYTES
                ? null
                : "with it the commands that wait for their step would have " + bytes + " bytes, more than "
                        + MAX_BYTES;
    }

    private static long bytes(ControlCommand command) {
        int characters = command.id().length()
                + command.actor().length()
                + command.selector().toString().length();
        if (command.action() instanceof Action.SetSpec set) {
            characters += SpecJson.write(set.spec()).length();
        }
        return (long) characters * MAX_BYTES_PER_CHAR;
    }
}
