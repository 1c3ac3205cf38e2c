// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import java.nio.ByteBuffer;

/** {@link ShardState} as the record of the same name. */
public final class ShardStateCodec {
    private static final RecordFormat<io.quantflux.avro.wire.ShardState> FORMAT =
            new RecordFormat<>(io.quantflux.avro.wire.ShardState.getClassSchema());

    private ShardStateCodec() {}

    public static byte[] encode(ShardState state) {
        return FORMAT.encode(new io.quantflux.avro.wire.ShardState(state.controlOffset()));
    }

    /** @throws WireFormatException if the record is no shard state */
    public static ShardState decode(ByteBuffer bytes) {
        return FORMAT.decode(bytes, wire -> new ShardState(wire.getControlOffset()));
    }
}
