// SPDX-License-Identifier: Apache-2.0
package io.quantflux.avro;

import io.quantflux.avro.wire.SessionKind;
import io.quantflux.spec.CalibrationState;
import io.quantflux.spec.QuantizationTarget;
import java.nio.ByteBuffer;

/** {@link TensorState} as the record of the same name. */
public final class StateCodec {
    private static final RecordFormat<io.quantflux.avro.wire.TensorState> FORMAT =
            new RecordFormat<>(io.quantflux.avro.wire.TensorState.getClassSchema());

    private StateCodec() {}

    public static byte[] encode(TensorState state) {
        CalibrationState calibration = state.calibration();
        return FORMAT.encode(new io.quantflux.avro.wire.TensorState(
                WireValues.spec(calibration.spec()),
                calibration.target().key(),
                WireValues.switches(calibration.switches()),
                calibration.observations(),
                StateArrays.toWire(calibration.arrays()),
                state.lastOffset(),
                state.lastStep(),
                state.version(),
                WireValues.schedule(state.schedule()),
                SessionKind.valueOf(state.session().name()),
                state.pending().stream()
                        .map(pending -> new io.quantflux.avro.wire.PendingCommand(
                                pending.controlOffset(), WireCommand.of(pending.command())))
                        .toList()));
    }

    /** @throws WireFormatException if the record is no tensor state */
    public static TensorState decode(ByteBuffer bytes) {
        return FORMAT.decode(
                bytes,
                wire -> new TensorState(
                        new CalibrationState(
                                WireValues.spec(wire.getSpec()),
                                QuantizationTarget.of(wire.getTarget()),
                                WireValues.switches(wire.getSwitches()),
                                wire.getObservations(),
                                StateArrays.toDomain(wire.getArrays())),
                        wire.getLastOffset(),
                        wire.getLastStep(),
                        wire.getVersion(),
                        WireValues.schedule(wire.getSchedule()),
                        TensorState.Session.valueOf(wire.getSession().name()),
                        wire.getPending().stream()
                                .map(pending -> new PendingCommand(
                                        pending.getControlOffset(), WireCommand.toDomain(pending.getCommand())))
                                .toList()));
    }
}
