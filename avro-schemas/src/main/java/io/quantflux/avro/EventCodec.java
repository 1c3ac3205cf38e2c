// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.avro.wire.Event;
import io.quantflux.avro.wire.EventKind;
import io.quantflux.spec.InvalidSpecException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** {@link TensorEvent} as {@code Event}. */
public final class EventCodec {
    private static final RecordFormat<Event> FORMAT = new RecordFormat<>(Event.getClassSchema());

    private EventCodec() {}

    public static byte[] encode(TensorEvent event) {
        return FORMAT.encode(new Event(
                EventKind.valueOf(event.kind().name()),
                event.step(),
                event.commandId(),
                event.actor(),
                event.detail(),
                WireValues.source(event.source())));
    }

    /** @throws WireFormatException if the record is no event, or one of a kind that is not known here */
    public static TensorEvent decode(ByteBuffer bytes) {
        return FORMAT.decode(
                bytes,
                wire -> new TensorEvent(
                        kind(wire.getKind()),
                        wire.getStep(),
                        wire.getCommandId(),
                        wire.getActor(),
                        wire.getDetail(),
                        WireValues.source(wire.getSource())));
    }

    private static TensorEvent.Kind kind(EventKind wire) {
        return Arrays.stream(TensorEvent.Kind.values())
                .filter(kind -> kind.name().equals(wire.name()))
                .findFirst()
                .orElseThrow(() -> new InvalidSpecException(
                        "kind", wire, "must be one of " + Arrays.toString(TensorEvent.Kind.values())));
    }
}
