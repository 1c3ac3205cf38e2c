// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.spec.control.ControlCommand;
import java.nio.ByteBuffer;

/** {@link ControlCommand} as the record of the same name. */
public final class ControlCodec {
    private static final RecordFormat<io.quantflux.avro.wire.ControlCommand> FORMAT =
            new RecordFormat<>(io.quantflux.avro.wire.ControlCommand.getClassSchema());

    private ControlCodec() {}

    public static byte[] encode(ControlCommand command) {
        return FORMAT.encode(WireCommand.of(command));
    }

    /** @throws WireFormatException if the record is no command, its action is unknown, or an argument missing or not taken */
    public static ControlCommand decode(ByteBuffer bytes) {
        return FORMAT.decode(bytes, WireCommand::toDomain);
    }
}
